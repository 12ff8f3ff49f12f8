import { inNameOrder } from '../../format/name-order.js';

/** One column of a `DataTable`. */
export interface Column<Row> {
  /** The key under which the choice of columns is stored; unique in its table. */
  readonly key: string;
  readonly head: string;
  /** The unit of the figures, shown in the head. */
  readonly unit?: string | undefined;
  /** The width as a track of a CSS grid, such as `minmax(160px, 2fr)` or `90px`. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => React.ReactNode;
  /** The value to sort by; without it the column cannot be sorted. Null is last in both directions. */
  readonly sortBy?: (row: Row) => string | number | null;
  /** The text to search; without it the column is not searched. */
  readonly text?: (row: Row) => string;
  /** The width on a narrow screen; without it one that fits most columns. */
  readonly narrowWidth?: string | undefined;
  /** Shown on a narrow screen too. */
  readonly isNarrow?: boolean;
  /** Hidden until the viewer chooses it. */
  readonly isExtra?: boolean;
}

export interface SortOrder {
  readonly key: string;
  readonly isDescending: boolean;
}

/** Sorts the rows. Equal rows keep their order; rows without a value are last in both directions. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: SortOrder | null,
): readonly Row[] {
  const sortBy = columns.find(({ key }) => key === order?.key)?.sortBy;
  if (order === null || sortBy === undefined) return rows;
  const { isDescending } = order;
  const keyed = rows.map((row) => ({ row, value: sortBy(row) }));
  const without = keyed.filter(({ value }) => value === null);
  const having = keyed.filter((one): one is { row: Row; value: string | number } => one.value !== null);
  const areNumbers = having.every((one): one is { row: Row; value: number } => typeof one.value === 'number');
  const ordered = areNumbers
    ? having.sort((one, other) => (isDescending ? other.value - one.value : one.value - other.value))
    : inNameOrder(having, ({ value }) => String(value), isDescending);
  return [...ordered, ...without].map(({ row }) => row);
}

/** The rows that contain every word of the search, without regard to case. All rows when no column is searched: the page does that. */
export function searched<Row>(rows: readonly Row[], columns: readonly Column<Row>[], search: string): readonly Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const texts = columns.flatMap(({ text }) => (text === undefined ? [] : [text]));
  if (texts.length === 0) return rows;
  return rows.filter((row) => {
    const whole = texts.map((text) => text(row).toLowerCase()).join('\n');
    return words.every((word) => whole.includes(word));
  });
}
