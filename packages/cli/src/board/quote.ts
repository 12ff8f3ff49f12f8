import type { LiveRow } from '@pulsemq/client';
import { numberOf, QuoteColumns } from './quote-columns.js';

/** One line of a board. Undefined where the payload has no such column. */
export interface Quote {
  readonly symbol: string;
  readonly topic: string;
  readonly last: number | undefined;
  /** Since the previous close where the payload has it, else since the first price that the board has seen. */
  readonly change: number | undefined;
  readonly changePercent: number | undefined;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly volume: number | undefined;
  readonly ageMs: number | undefined;
  /** `stale`, `gone`, `unconfirmed` or `unreadable`; empty when the price can be relied on. */
  readonly mark: string;
}

/** Makes the quotes of the rows of a live table. */
export class Quotes {
  readonly #columns = new QuoteColumns();
  readonly #pattern: readonly string[];
  /** The first price of each topic, for topics without a previous close. */
  readonly #firstPrice = new Map<string, number>();

  /** `pattern` is that of the table: the levels that it leaves open name the instrument. */
  constructor(pattern: string) {
    this.#pattern = pattern.split('.');
  }

  of(row: LiveRow): Quote {
    const number = (column: Parameters<QuoteColumns['value']>[1]): number | undefined =>
      numberOf(this.#columns.value(row, column));
    const last = number('last');
    const base = number('previousClose') ?? this.#first(row.topic, last);
    const change = last === undefined || base === undefined ? undefined : last - base;
    return {
      symbol: this.#symbol(row),
      topic: row.topic,
      last,
      change,
      changePercent: change === undefined || !base ? undefined : (100 * change) / base,
      bid: number('bid'),
      ask: number('ask'),
      volume: number('volume'),
      ageMs: row.ageMs,
      mark: markOf(row),
    };
  }

  #first(topic: string, price: number | undefined): number | undefined {
    const first = this.#firstPrice.get(topic);
    if (first !== undefined || price === undefined) return first;
    this.#firstPrice.set(topic, price);
    return price;
  }

  #symbol(row: LiveRow): string {
    const given = this.#columns.value(row, 'symbol');
    if (typeof given === 'string' && given !== '') return given;
    const open = row.topic.split('.').filter((_, index) => {
      const level = this.#pattern[Math.min(index, this.#pattern.length - 1)];
      return level === '*' || level === '>';
    });
    return open.length === 0 ? row.topic : open.join('.');
  }
}

function markOf({ status, confirmed, problem }: LiveRow): string {
  if (!confirmed) return 'unconfirmed';
  if (status !== undefined && status.state !== 'live') return status.state;
  if (problem !== undefined) return 'unreadable';
  return status?.publisher === 'gone' ? 'gone' : '';
}
