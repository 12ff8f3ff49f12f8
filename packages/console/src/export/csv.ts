/** CSV that a spreadsheet may open without running it. */

const startsFormula = /^[=+\-@\t\r]/;
const isPlainNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * One cell. Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers. Null is
 * empty, objects are JSON.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = startsFormula.test(text) && !isPlainNumber.test(text) ? `'${text}` : text;
  return /[",\r\n;']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table with a head, lines ended by CRLF (RFC 4180). */
export function csvText(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return [head, ...rows]
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n');
}
