import { inNameOrder } from '../../format/name-order.js';

/** One column of a `DataTable`. */
export interface Column<Row> {
  /** Remembered by this name; unique in its table. */
  readonly key: string;
  readonly head: string;
  /** Unit of the figures, in the head, not in each cell. */
  readonly unit?: string | undefined;
  /** A track of a CSS grid, such as `minmax(160px, 2fr)` or `90px`. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => React.ReactNode;
  /** What it is sorted by; without it the column cannot be sorted. Null sorts last either way. */
  readonly sortBy?: (row: Row) => string | number | null;
  /** What the search looks at; without it the column is not searched. */
  readonly text?: (row: Row) => string;
  /** Stays on a narrow screen. */
  readonly isNarrow?: boolean;
  /** Not shown until the reader chooses it. */
  readonly isExtra?: boolean;
}

export interface SortOrder {
  readonly key: string;
  readonly isDescending: boolean;
}

/** The rows in order; equal ones stay as they came. What has no value is last, whichever way round. */
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

/** Rows in which every word of the search stands somewhere; case does not matter. Without a column to look at, all: the page has searched. */
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
