import type { ConnectionPoint } from '@pulsemq/protocol';
import type { ConnectionRow } from './connection-row.js';
import { tenths } from './rounding.js';

/** Time between two points, and how many are kept: five minutes. */
export const pastStepMs = 10_000;
const pointMaxCount = 30;
/** Numbers of a point. */
const width = 4;

/** The last minutes of one connection: 480 bytes, since there may be ten thousand connections. */
export class ConnectionPast {
  /** Rates in and out, queued bytes, lag; a ring of points. */
  readonly #numbers = new Float32Array(pointMaxCount * width);
  #count = 0;
  #lastMs = 0;
  #published = 0;
  #delivered = 0;

  /** Adds a point for the `seconds` since the last one, or since the connection was opened. Call it every `pastStepMs`. */
  add(row: ConnectionRow, nowMs: number, seconds: number): void {
    const at = (this.#count % pointMaxCount) * width;
    this.#numbers[at] = (row.publishedCount - this.#published) / seconds;
    this.#numbers[at + 1] = (row.deliveredCount - this.#delivered) / seconds;
    this.#numbers[at + 2] = row.queuedBytes;
    this.#numbers[at + 3] = row.lagMs;
    this.#published = row.publishedCount;
    this.#delivered = row.deliveredCount;
    this.#count += 1;
    this.#lastMs = nowMs;
  }

  /** Oldest first. */
  points(): ConnectionPoint[] {
    const kept = Math.min(this.#count, pointMaxCount);
    return Array.from({ length: kept }, (_, index) => {
      const number = this.#count - kept + index;
      const at = (number % pointMaxCount) * width;
      return {
        ts: Math.floor((this.#lastMs - (kept - 1 - index) * pastStepMs) / 1_000),
        msg_rate_in: tenths(this.#numbers[at]!),
        msg_rate_out: tenths(this.#numbers[at + 1]!),
        queued_bytes: Math.round(this.#numbers[at + 2]!),
        lag_ms: tenths(this.#numbers[at + 3]!),
      };
    });
  }
}
