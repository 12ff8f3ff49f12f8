/** The values of one column: an array or a typed array. */
export type ColumnValues = ArrayLike<unknown>;

/** The name and values of a column. */
export type NamedValues = readonly [name: string, values: ColumnValues];
