import { jsonValue } from '@pulsemq/codecs';
import { formulaGuarded } from '@pulsemq/protocol';

/** Quotes, separators and line ends (RFC 4180); `;` separates cells where the comma is the decimal sign. */
const needsQuotes = /[",;\r\n]|^\s|\s$/;

/**
 * One cell of CSV. A missing value is empty, an empty text is `""`; times are ISO 8601 with all digits, lists and objects are JSON.
 * `guard` gets each text first; `unguarded` changes nothing.
 */
export function cell(value: unknown, guard: (text: string) => string = formulaGuarded): string {
  if (value === '') return '""';
  const text = typeof value === 'string' ? guard(value) : valueText(value);
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const unguarded = (text: string): string => text;

function valueText(value: unknown): string {
  const plain = jsonValue(value);
  if (plain === null || plain === undefined) return '';
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}
