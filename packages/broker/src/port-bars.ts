import type { BarFigures } from './bars/bar-figures.js';

/** Id under which the broker publishes its own messages. Users have ids from 1 on. */
export const brokerUserId = 0;

/** What the engine reports of bars every second. */
export interface BarCounters extends Omit<BarFigures, 'openMaxCount'> {
  /** Messages of bars that were published. */
  readonly publishedCount: number;
  /** Bars that were not published: no topic could be made, or their namespace is gone or not active. */
  readonly refusedCount: number;
  /** Messages that were left out because decoding fell behind. */
  readonly lostCount: number;
  /** Bytes of messages that wait to be decoded. */
  readonly waitingBytes: number;
}
