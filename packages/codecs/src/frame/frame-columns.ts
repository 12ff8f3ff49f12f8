import { frameCellMaxCount, frameColumnMaxCount } from '@pulsemq/protocol';
import { badPayload, tooMany } from '../bad-payload.js';
import { isPlainObject } from '../shape/kind.js';
import { checkText } from '../shape/plain-shapes.js';
import { typedArrayName } from '../shape/typed-arrays.js';
import { typeName } from '../type-name.js';
import { apacheColumns, isApacheTable } from './foreign-table.js';
import type { ColumnValues, NamedValues } from './named-values.js';

/** One row by column name. */
export type Row = Record<string, unknown>;

/** The order of the columns of arrays of rows whose objects cannot keep it: JavaScript puts keys such as "0" before all others. */
const orders = new WeakMap<readonly Row[], readonly string[]>();

/** Remembers the order of the columns of rows: a DataFrame made of this array has it again. */
export function rememberOrder(rows: readonly Row[], names: readonly string[]): void {
  const keys = Object.keys(rows[0] ?? {});
  if (keys.some((key, index) => key !== names[index])) orders.set(rows, names);
}

/**
 * The columns of rows, in the order of their first appearance, or as `rememberOrder` was given it; a missing cell is null. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for rows
 * that are not plain objects, and a PayloadTooLargeError for too many cells.
 */
export function columnsOfRows(rows: readonly Row[]): NamedValues[] {
  const columns = new Map<string, unknown[]>();
  for (let index = 0; index < rows.length; index++) {
    const row: unknown = rows[index];
    if (!isPlainObject(row)) throw badPayload(`row ${index} is ${typeName(row)}, expected a plain object`);
    for (const name of Object.keys(row)) {
      const column = columns.get(name) ?? newColumn(columns, name, rows.length);
      column[index] = row[name] ?? null;
    }
  }
  if (columns.size === 0 && rows.length > 0) {
    throw badPayload(
      `the rows have no columns (${rows.length} rows), and a DataFrame cannot hold rows without columns`,
    );
  }
  const order = orders.get(rows);
  return order === undefined ? [...columns] : inOrder(columns, order);
}

/** Columns that the order does not have come last. */
function inOrder(columns: Map<string, unknown[]>, order: readonly string[]): NamedValues[] {
  const names = new Set([...order.filter((name) => columns.has(name)), ...columns.keys()]);
  return Array.from(names, (name) => [name, columns.get(name)!]);
}

function newColumn(columns: Map<string, unknown[]>, name: string, rowCount: number): unknown[] {
  checkSize(columns.size + 1, rowCount);
  const column = new Array<unknown>(rowCount).fill(null);
  columns.set(name, column);
  return column;
}

/** Throws a PayloadTooLargeError for too many columns or cells. */
export function checkSize(columnCount: number, rowCount: number): void {
  if (columnCount > frameColumnMaxCount) throw tooMany('columns of a DataFrame', columnCount, frameColumnMaxCount);
  if (columnCount * rowCount <= frameCellMaxCount) return;
  throw tooMany(
    `cells of a DataFrame with ${columnCount} columns and ${rowCount} rows`,
    columnCount * rowCount,
    frameCellMaxCount,
  );
}

/** The columns of rows, of an object of columns, or of a table of apache-arrow; undefined for other data. Throws as `columnsOfRows`. */
export function columnsIn(data: unknown): NamedValues[] | undefined {
  if (Array.isArray(data)) return columnsOfRows(data as Row[]);
  if (isApacheTable(data)) return apacheColumns(data);
  return isPlainObject(data) ? Object.entries(data as Record<string, ColumnValues>) : undefined;
}

/** A name that is there twice. */
export function twiceIn(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

/**
 * Checks columns: types and lengths, and that each name is text that UTF-8 can hold and is there once. Throws a PulseMQError
 * `PMQ_BAD_PAYLOAD` that names the column.
 */
export function checkColumns(columns: readonly NamedValues[]): void {
  if (columns.length > frameColumnMaxCount) {
    throw tooMany('columns of a DataFrame', columns.length, frameColumnMaxCount);
  }
  const twice = twiceIn(columns.map(([name]) => name));
  if (twice !== undefined)
    throw badPayload(`two columns have the name ${JSON.stringify(twice)}: give each its own name`);
  const length = columns[0]?.[1]?.length ?? 0;
  for (const [name, values] of columns) {
    const text = `column ${JSON.stringify(name)}`;
    checkText(name, () => `the name of ${text}`);
    if (!Array.isArray(values) && typedArrayName(values) === undefined) {
      throw badPayload(`${text} is ${typeName(values)}, expected an array or a typed array`);
    }
    if (values.length !== length) {
      throw badPayload(`${text} has ${values.length} rows, the first column has ${length}`);
    }
  }
}
