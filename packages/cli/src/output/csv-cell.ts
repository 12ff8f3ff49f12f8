import { jsonValue } from '@pulsemq/codecs';

/** A text that a spreadsheet would run as a formula (OWASP, CSV injection). Payloads and names come from strangers. */
const formulaStart = /^[=+\-@\t\r\n\0]/;
const plainNumber = /^[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)$/;
/** Quotes, separators and line ends (RFC 4180); `;` separates cells where the comma is the decimal sign. */
const needsQuotes = /[",;\r\n]|^\s|\s$/;

/**
 * One cell of CSV. A missing value is empty, an empty text is `""`; times are ISO 8601 with all digits, lists and objects are JSON.
 * `guard` gets each text first: `guarded` puts an apostrophe in front of formulas, `unguarded` changes nothing.
 */
export function cell(value: unknown, guard: (text: string) => string = guarded): string {
  if (value === '') return '""';
  const text = typeof value === 'string' ? guard(value) : valueText(value);
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text that begins like a formula, with an apostrophe in front, so that a spreadsheet shows it. Other texts as they are. */
export const guarded = (text: string): string =>
  formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text;

export const unguarded = (text: string): string => text;

function valueText(value: unknown): string {
  const plain = jsonValue(value);
  if (plain === null || plain === undefined) return '';
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}
