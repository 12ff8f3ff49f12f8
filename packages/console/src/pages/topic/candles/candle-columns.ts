import type { HistoryRow } from '../../../api/history.js';
import { fieldsOf, numberOf } from '../../../parts/prices/price-fields.js';

/** Names of the size of a trade, the best first, in lower case. */
const sizeNames = ['size', 'qty', 'quantity', 'last_size', 'volume', 'vol', '成交量', '量'];

/** The columns of payloads that candles can be made of. */
export interface CandleColumns {
  /** Columns with a number in one of the rows. */
  readonly numbers: readonly string[];
  /** The column that is the price by its name; else the first one with a number; undefined without one. */
  readonly price: string | undefined;
  /** The column that is the size by its name. */
  readonly size: string | undefined;
}

const isOwn = (name: string): boolean => ['_topic', '_sequence', '_received_at', '_problem'].includes(name);

const namesIn = (rows: readonly HistoryRow[]): readonly string[] =>
  [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !isOwn(name));

export function candleColumns(rows: readonly HistoryRow[]): CandleColumns {
  const numbers = namesIn(rows).filter((name) => rows.some((row) => numberOf(row[name] as string | null) !== null));
  const size = sizeNames.flatMap((wanted) => numbers.filter((name) => name.toLowerCase() === wanted))[0];
  return { numbers, price: fieldsOf(numbers).last[0] ?? numbers[0], size };
}

/** What the first messages of a span have. */
export interface CandleSource {
  readonly columns: CandleColumns;
  /** Whether the payloads have candles themselves. */
  readonly isPublished: boolean;
}

/** The columns that candles are made of. A price of null: the candles that were published. A size of null: no volume. */
export interface ChosenColumns {
  readonly price: string | null;
  readonly size: string | null;
}

/** What the viewer chose, with the meanings of `ChosenColumns`. Undefined: what was found. */
export interface CandleChoice {
  readonly price?: string | null;
  readonly size?: string | null;
}

/** The columns of a choice, or those that were found; undefined where no column has a number. */
export function chosenColumns({ columns, isPublished }: CandleSource, choice: CandleChoice): ChosenColumns | undefined {
  const found = isPublished ? null : columns.price;
  const price = choice.price === undefined ? found : choice.price;
  const size = choice.size === undefined ? (columns.size ?? null) : choice.size;
  return price === undefined ? undefined : { price, size };
}
