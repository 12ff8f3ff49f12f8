import { isoTime } from './iso-time.js';

/** A cell in quotes where it must be. */
export function cell(value: unknown): string {
  const text = cellValueText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellValueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return isoTime(value.getTime()) ?? '';
  return typeof value === 'object'
    ? JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))
    : String(value);
}
