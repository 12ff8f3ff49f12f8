import { isoClock } from './iso-text.js';
import { parseIsoClock } from './parse-iso.js';
import { checkNanoseconds, type TimeUnit, unitOf } from './time-unit.js';

/** A time of day without a date. */
export class TimeOfDay {
  /** Nanoseconds since midnight. */
  readonly nanoseconds: bigint;
  /** Unit in which its column stores times. */
  readonly unit: TimeUnit;

  /** Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other than a bigint, and unless the unit holds the time exactly. */
  constructor(nanoseconds: bigint, unit: TimeUnit = unitOf(nanoseconds, 'us')) {
    checkNanoseconds(nanoseconds, unit);
    this.nanoseconds = nanoseconds;
    this.unit = unit;
  }

  /** Parses `09:30:00.123456`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other texts and for times that do not exist. */
  static from(text: string): TimeOfDay {
    return new TimeOfDay(parseIsoClock(text));
  }

  /** `09:30:00.123456` */
  toString(): string {
    return isoClock(this.nanoseconds, 0);
  }

  /** The same text as `toString()`. */
  toJSON(): string {
    return this.toString();
  }
}
