import { formulaGuarded } from '@pulsemq/protocol';

/** CSV that is safe to open in a spreadsheet. */

/**
 * One cell (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front; a number stays a number, also
 * when it comes as text. Null is an empty cell, an object is JSON.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = formulaGuarded(text);
  // Some spreadsheets also split at a semicolon, and drop spaces at the edges.
  return /[",\r\n;']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table with a head. Lines end in CRLF. */
export function csvText(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [head, ...rows]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n');
}
