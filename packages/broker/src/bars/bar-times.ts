import type { BarRule, MarketCalendar } from '@pulsemq/protocol';
import { BarClock } from './bar-clock.js';
import { BarHours } from './bar-hours.js';
import { barSeconds } from './bar-length.js';

/** A bar rule as the thread of the bars gets it, with its calendar. Equal rules have equal keys. */
export interface BarRuleSpec extends BarRule {
  readonly key: string;
  /** Null where the market is always open. */
  readonly hours: MarketCalendar | null;
}

/** A bar that a price belongs to. Unix microseconds. */
export interface BarPlace {
  /** The time of the price, or the last moment before the close. */
  readonly countedUs: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** Says to which bar of a rule a price of a time belongs. */
export class BarTimes {
  readonly #clock: BarClock;
  readonly #hours: BarHours | null;
  readonly #graceMs: number;
  #lastStartUs = -1;
  #lastEndUs = -1;

  /** Throws a RangeError for an unknown time zone or length. */
  constructor({ interval, zone, hours, grace_ms }: BarRuleSpec) {
    const seconds = barSeconds(interval);
    if (seconds === undefined) throw new RangeError(`${interval} is not a length of a bar`);
    this.#clock = new BarClock(seconds, zone ?? hours?.time_zone ?? 'UTC');
    this.#hours = hours === null ? null : new BarHours(hours);
    this.#graceMs = grace_ms;
  }

  /** The bar of a time; null outside the hours. */
  placeOf(timeUs: number): BarPlace | null {
    const countedUs = this.#hours === null ? timeUs : this.#hours.countedUs(timeUs, this.#graceMs);
    if (countedUs === null) return null;
    const startUs = this.#clock.startUs(countedUs);
    return { countedUs, startUs, endUs: this.#endUs(startUs) };
  }

  /** A bar ends with its interval, or when the market closes for the last time in it. */
  #endUs(startUs: number): number {
    if (startUs !== this.#lastStartUs) {
      const endUs = this.#clock.endUs(startUs);
      this.#lastStartUs = startUs;
      this.#lastEndUs = this.#hours === null ? endUs : this.#hours.lastCloseUs(startUs, endUs);
    }
    return this.#lastEndUs;
  }
}
