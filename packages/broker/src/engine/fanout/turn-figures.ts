import type { Clock } from '../clock.js';

/** A route, as the figures of a turn see it. */
export interface TurnSource {
  /** Messages of this turn. */
  turnCount: number;
  /** When the first message of this turn was read, Unix microseconds. */
  turnReadUs: number;
  /** It has subscribers. */
  readonly hasReaders: boolean;
  /** Broker's read to broker's write, microseconds, since the last report. */
  readonly writeDelay: { record(delayUs: number, messageCount: number): void };
  /** What watches whether it is fresh; null for a topic without a rule. */
  readonly freshness: { touched(steadyMs: number): void } | null;
  /** It is on the list of routes that changed since the last report. */
  isChanged: boolean;
}

/**
 * Counts the time from the read that brought a message to the write that took it away. It counts by route and turn, not by message: all
 * messages of a route in one turn leave together at its end.
 */
export class TurnFigures {
  /** Routes published to since the last report. */
  changed: TurnSource[] = [];
  readonly #clock: Clock;
  #touched: TurnSource[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes the first message of a route in this turn. */
  touch(source: TurnSource): void {
    source.turnReadUs = this.#clock.nowUs;
    if (source.freshness !== null) source.freshness.touched(this.#clock.steadyMs);
    this.#touched.push(source);
  }

  /** Records the delays: everything of this turn has been written. */
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
