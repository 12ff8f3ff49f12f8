import type { ColumnValues } from './build-column.js';

/** The name and values of a column. */
export type NamedValues = readonly [name: string, values: ColumnValues];
