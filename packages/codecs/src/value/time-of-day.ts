import { isoClock } from './iso-text.js';
import { parseIsoClock } from './parse-iso.js';
import { type TimeUnit, unitNanoseconds, unitOf } from './time-unit.js';

/** A time of day without a date. */
export class TimeOfDay {
  /** Nanoseconds since midnight. */
  readonly nanoseconds: bigint;
  /** Unit in which its column stores times. */
  readonly unit: TimeUnit;

  /** Throws a RangeError unless the unit holds the time exactly. */
  constructor(nanoseconds: bigint, unit: TimeUnit = unitOf(nanoseconds, 'us')) {
    if (nanoseconds % unitNanoseconds[unit] !== 0n) throw new RangeError(`${nanoseconds} ns are not whole ${unit}`);
    this.nanoseconds = nanoseconds;
    this.unit = unit;
  }

  /** Parses `09:30:00.123456`. Throws a RangeError for other texts and for times that do not exist. */
  static from(text: string): TimeOfDay {
    return new TimeOfDay(parseIsoClock(text));
  }

  /** `09:30:00.123456` */
  toString(): string {
    return isoClock(this.nanoseconds, 0);
  }

  toJSON(): string {
    return this.toString();
  }
}
