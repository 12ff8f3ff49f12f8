import { isoTime } from './iso-time.js';

/** A text that a spreadsheet would run as a formula (OWASP, CSV injection). Payloads and names come from strangers. */
const formulaStart = /^[=+\-@\t\r\n\0]/;
const plainNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
/** Quotes, separators and line ends (RFC 4180); `;` separates cells where the comma is the decimal sign. */
const needsQuotes = /[",;\r\n]|^\s|\s$/;

/** One cell of CSV. Null is empty, times are ISO 8601, objects are JSON. A text that begins like a formula gets an apostrophe in front. */
export function cell(value: unknown): string {
  const text = typeof value === 'string' ? withoutFormula(value) : valueText(value);
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const withoutFormula = (text: string): string =>
  formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return isoTime(value.getTime()) ?? '';
  return typeof value === 'object'
    ? JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))
    : String(value);
}
