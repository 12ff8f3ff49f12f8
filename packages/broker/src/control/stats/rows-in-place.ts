import type { Row } from '../../port-report.js';

/**
 * Calls `visit` with each row of an array of the engine. The row is one object with other numbers each time: a report has 100,000 rows a
 * second, and an object for each would keep the garbage collector busy.
 */
export function eachRow<const Columns extends readonly string[]>(
  columns: Columns,
  numbers: Float64Array,
  visit: (row: Readonly<Row<Columns>>) => void,
): void {
  const row = Object.fromEntries(columns.map((name) => [name, 0])) as Record<string, number>;
  for (let at = 0; at < numbers.length; at += columns.length) {
    for (let index = 0; index < columns.length; index++) row[columns[index]!] = small(numbers[at + index]!);
    visit(row as Row<Columns>);
  }
}

/**
 * The same number. A number read from a Float64Array is an object of 16 bytes wherever it is kept; a small integer, written as one, is not.
 * At 100,000 topics that saves 22 MB.
 */
const small = (value: number): number => (value === (value | 0) ? value | 0 : value);
