import type { LiveRow } from '@pulsemq/client';

/** What a board shows, in the order in which names are tried. Names are compared without case and without `_`, `-` and spaces. */
const columnNames = {
  symbol: ['symbol', 'code', 'ticker', '代码', '证券代码'],
  // `value` is that of a payload which is one number.
  last: ['last', 'lastprice', 'price', 'close', '最新价', '现价', '价格', '收盘价', '收盘', 'value'],
  bid: ['bid', 'bidprice', 'bid1', 'bidprice1', '买一价', '买一', '买价'],
  ask: ['ask', 'askprice', 'ask1', 'askprice1', '卖一价', '卖一', '卖价'],
  volume: ['volume', 'vol', '成交量'],
  previousClose: ['prevclose', 'preclose', 'previousclose', 'lastclose', '昨收', '昨收价', '前收盘价'],
} as const;

type ColumnName = keyof typeof columnNames;

const comparable = (name: string): string => name.toLowerCase().replaceAll(/[_\-\s]/g, '');

/** Finds the columns of a board in the values of a row. */
export class QuoteColumns {
  /** By the names of the columns of a row: rows of one feed have the same. */
  readonly #found = new Map<string, Readonly<Record<ColumnName, string | undefined>>>();

  /** The value of a column, or undefined if the row has no such column. */
  value({ values }: LiveRow, column: ColumnName): unknown {
    const name = this.#columnsOf(Object.keys(values))[column];
    return name === undefined ? undefined : values[name];
  }

  #columnsOf(names: readonly string[]): Readonly<Record<ColumnName, string | undefined>> {
    const key = names.join('\n');
    let found = this.#found.get(key);
    if (found === undefined) {
      const byComparable = new Map(names.map((name) => [comparable(name), name]));
      const entries = Object.entries(columnNames).map(([column, wanted]) => {
        const known = wanted.find((name) => byComparable.has(name));
        return [column, known === undefined ? undefined : byComparable.get(known)];
      });
      found = Object.fromEntries(entries) as Record<ColumnName, string | undefined>;
      this.#found.set(key, found);
    }
    return found;
  }
}

/** A value as a number: of a number, a bigint, a Decimal, or a text that is one. Undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return undefined;
  if (value instanceof Date) return undefined;
  const number = Number(String(value));
  return Number.isFinite(number) ? number : undefined;
}
