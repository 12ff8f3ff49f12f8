/** What a spreadsheet would take for a formula; names tried at a log-in come from strangers. */
const formulaStart = /^[=+\-@\t\r]/;

/** One line of CSV (RFC 4180) from texts and numbers; missing is empty. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: string | number | null): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = formulaStart.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
