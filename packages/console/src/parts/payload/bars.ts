import type { TableContent } from './payload-shape.js';

/** One candle. `time` is in Unix seconds, or the index of the row when the data has no time. */
export interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number | null;
}

export interface PricePoint {
  readonly time: number;
  readonly price: number;
}

interface SeriesTime {
  /** When false, `time` is the index of the row. */
  readonly hasTime: boolean;
  /** Times without a zone, as pandas writes them. They are shown as written, not converted to the viewer's zone. */
  readonly isWallClock: boolean;
  /** The length of a bar, where it is known. */
  readonly barSeconds?: number;
  /** The labels of the rows when `time` is their index, such as the time of receipt. */
  readonly rowNames?: readonly string[];
}

export type PriceSeries =
  | ({ readonly kind: 'candles'; readonly bars: readonly Bar[] } & SeriesTime)
  | ({ readonly kind: 'line'; readonly points: readonly PricePoint[] } & SeriesTime);

const names = {
  open: ['open', 'o', 'open_price', '开盘', '开盘价'],
  high: ['high', 'h', 'high_price', '最高', '最高价'],
  low: ['low', 'l', 'low_price', '最低', '最低价'],
  close: ['close', 'c', 'close_price', '收盘', '收盘价'],
  volume: ['volume', 'vol', 'v', 'qty', '成交量'],
  time: ['timestamp', 'time', 'ts', 't', 'datetime', 'date', 'trade_date', 'trade_time', '时间', '日期'],
  price: ['price', 'last', 'last_price', 'px', 'mid', 'close', '最新价', '价格'],
} as const;

const find = ({ columns }: TableContent, wanted: readonly string[]): number => {
  for (const name of wanted) {
    const at = columns.findIndex((column) => column.name.toLowerCase() === name);
    if (at !== -1) return at;
  }
  return -1;
};

const timeColumn = (table: TableContent): number => {
  const named = find(table, names.time);
  return named !== -1 ? named : table.columns.findIndex(({ dtype }) => /^(timestamp|date)/i.test(dtype));
};

const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};

/** Unix seconds from the notations that feeds use: seconds to nanoseconds, ISO text, `20261124`. */
export function secondsOf(value: unknown): number | null {
  if (typeof value === 'string' && /^\d{8}$/.test(value)) {
    return Date.parse(`${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`) / 1000;
  }
  const number = numberOf(value);
  if (number === null) {
    const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(parsed) ? null : parsed / 1000;
  }
  // The size of the number tells the unit. A date before 1973 is taken for the next coarser unit.
  for (const [limit, perSecond] of [
    [1e17, 1e9],
    [1e14, 1e6],
    [1e11, 1e3],
  ] as const) {
    if (number >= limit) return number / perSecond;
  }
  return number >= 1e8 ? number : null;
}

/** The points in the order of time. A later row replaces an earlier one with the same time. */
function inOrder<Point extends { readonly time: number }>(points: readonly Point[]): readonly Point[] {
  const byTime = new Map(points.map((point) => [Math.floor(point.time), { ...point, time: Math.floor(point.time) }]));
  return [...byTime.values()].sort((one, other) => one.time - other.time);
}

function barsFrom(
  table: TableContent,
  at: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume' | 'time', number>>,
) {
  const bars: Bar[] = [];
  for (const [index, row] of table.rows.entries()) {
    const [open, high, low, close] = [at.open, at.high, at.low, at.close].map((column) => numberOf(row[column]));
    const time = at.time === -1 ? index : secondsOf(row[at.time]);
    if (open == null || high == null || low == null || close == null || time === null) continue;
    bars.push({ time, open, high, low, close, volume: at.volume === -1 ? null : numberOf(row[at.volume]) });
  }
  return inOrder(bars);
}

/** A date type without a zone. */
export const isWallClockType = (dtype: string): boolean => /^datetime64\[[^,\]]*\]$/.test(dtype);

/** The prices in a table: candles from open, high, low and close; else a line from a price; else undefined. */
export function priceSeriesOf(table: TableContent): PriceSeries | undefined {
  const time = timeColumn(table);
  const ofTime = { hasTime: time !== -1, isWallClock: isWallClockType(table.columns[time]?.dtype ?? '') };
  const at = {
    open: find(table, names.open),
    high: find(table, names.high),
    low: find(table, names.low),
    close: find(table, names.close),
    volume: find(table, names.volume),
    time,
  };
  if (at.open !== -1 && at.high !== -1 && at.low !== -1 && at.close !== -1) {
    const bars = barsFrom(table, at);
    return bars.length === 0 ? undefined : { kind: 'candles', ...ofTime, bars };
  }
  const price = find(table, names.price);
  if (price === -1) return undefined;
  const points = table.rows.flatMap((row, index) => {
    const value = numberOf(row[price]);
    const at = time === -1 ? index : secondsOf(row[time]);
    return value === null || at === null ? [] : [{ time: at, price: value }];
  });
  return points.length === 0 ? undefined : { kind: 'line', ...ofTime, points: inOrder(points) };
}

/** Whether two tables have the same columns in the same order. */
export const isLike = (one: TableContent['columns'], other: TableContent['columns']): boolean =>
  one.length === other.length && one.every(({ name }, index) => name === other[index]?.name);

/** Joins the tables that have the columns of the last one. */
export function joinTables(tables: readonly TableContent[]): TableContent | undefined {
  const last = tables.at(-1);
  if (last === undefined) return undefined;
  const like = tables.filter(({ columns }) => isLike(columns, last.columns));
  const rows = like.flatMap((table) => table.rows);
  return { kind: 'table', columns: last.columns, rows, row_count: rows.length };
}
