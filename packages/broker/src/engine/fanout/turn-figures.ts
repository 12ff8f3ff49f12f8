import type { LogHistogram } from '../../log-histogram.js';
import type { Clock } from '../clock.js';

/** What of a route takes part in the count of a turn. */
export interface TurnSource {
  /** Messages of this turn; the first one puts it on the list. */
  turnCount: number;
  /** When the first of them was read, Unix microseconds. */
  turnReadUs: number;
  /** Somebody gets its messages. */
  readonly hasReaders: boolean;
  /** Broker's read to broker's write, microseconds, since the last report. */
  readonly writeDelay: LogHistogram;
  /** On the list of what changed since the last report. */
  isChanged: boolean;
}

/**
 * From the read that brought a message to the write that took it away. Counted by route and turn, not by message: all of a
 * route's messages of one turn leave together at its end.
 */
export class TurnFigures {
  /** Routes published to since the last report. */
  changed: TurnSource[] = [];
  readonly #clock: Clock;
  #touched: TurnSource[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first message of a route in this turn. */
  touch(source: TurnSource): void {
    source.turnReadUs = this.#clock.nowUs;
    this.#touched.push(source);
  }

  /** Everything of this turn has been written. */
  endTurn(): void {
    const touched = this.#touched;
    if (touched.length === 0) return;
    const { nowUs } = this.#clock;
    for (const source of touched) {
      if (source.hasReaders) source.writeDelay.record(Math.max(0, nowUs - source.turnReadUs), source.turnCount);
      source.turnCount = 0;
      this.markChanged(source);
    }
    touched.length = 0;
  }

  markChanged(source: TurnSource): void {
    if (source.isChanged) return;
    source.isChanged = true;
    this.changed.push(source);
  }
}
