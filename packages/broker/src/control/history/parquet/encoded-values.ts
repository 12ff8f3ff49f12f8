/** The values of a column in one row group, without those that are missing. */
export interface EncodedValues {
  /** Each value once, as PLAIN bytes; null where a dictionary would save too little. */
  readonly dictionary: { readonly bytes: Uint8Array; readonly count: number } | null;
  /** The body of the data page: codes of the dictionary, or PLAIN values. */
  readonly page: Uint8Array;
  readonly min: number | bigint | string | undefined;
  readonly max: number | bigint | string | undefined;
  readonly nanCount: number;
}

/** A row group as part of a column: the rows [first, end). */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** A dictionary is used when it, and the codes, have at most half the bytes of the plain values. */
export const isDictionaryWorth = (dictionaryBytes: number, codeBytes: number, plainBytes: number): boolean =>
  2 * (dictionaryBytes + codeBytes) <= plainBytes;

/** Whether row `row` has a value, in a bitmap of Arrow, which is empty when all rows have one. */
export const hasValue = (validity: Uint8Array, row: number): boolean =>
  validity.length === 0 || (validity[row >> 3]! & (1 << (row & 7))) !== 0;

/** Slots of a hash table for the values of a row group: a power of two, more than twice as many as it may have. */
export const slotCount = 262_144;
