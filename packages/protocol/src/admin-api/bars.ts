import type { MarketCalendar } from './freshness.js';

/** Bars that the broker makes of the topics that match a pattern, and the topics that it publishes them to. */
export interface BarRule {
  /** Pattern of the topics with the prices, such as `*.trade`. */
  readonly source: string;
  /** Topic of the bars: `{1}` stands for the levels that the first wildcard of `source` matched, as in `{1}.kline.1m`. */
  readonly target: string;
  /** Length of a bar: a number and `s`, `m`, `h` or `d` that divides a day, such as `1m`. */
  readonly interval: string;
  /** Name of a calendar, outside whose hours prices make no bar; null where the market is always open. */
  readonly calendar: string | null;
  /** Time zone whose midnight begins a day; null for that of the calendar, else UTC. */
  readonly zone: string | null;
  /** Column of the price; null: found by its name. */
  readonly price: string | null;
  /** Column whose sum is the volume; null: found by its name. */
  readonly size: string | null;
  /** Column with the time of a price; null: the time at which the broker received the message. */
  readonly time: string | null;
  /** Time after the end of a bar in which a late price still corrects it. */
  readonly grace_ms: number;
  /** Shortest time between two messages of a bar that has not ended; null: it is published at its end only. */
  readonly update_ms: number | null;
}

/** The bar rules of a namespace, and their calendars. */
export interface Bars {
  readonly rules: readonly BarRule[];
  readonly calendars: Readonly<Record<string, MarketCalendar>>;
}

/** Why a bar may lack prices. */
export type BarGap =
  /** The broker, or the rule, began after the bar did. */
  | 'start'
  /** Messages were left out, because their decoding fell behind or too many bars were open. */
  | 'lost'
  /** A message could not be decoded, or has no number where its price, size or time should be. */
  | 'unreadable';

/** The payload of a bar: a text of JSON. */
export interface BarPayload {
  /** Start of the bar, Unix milliseconds. */
  readonly t: number;
  readonly interval: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Sum of the sizes; null when no message had one. */
  readonly volume: number | null;
  /** Prices in the bar. */
  readonly count: number;
  /** The bar has ended. */
  readonly isFinal: boolean;
  /** It replaces a message with the same `t` that said `isFinal`. */
  readonly isCorrected: boolean;
  /** No price is known to be missing. */
  readonly isComplete: boolean;
  /** Why prices may be missing; absent in a complete bar. */
  readonly gap?: BarGap;
}
