import { checkNanoseconds, type TimeUnit, unitOf } from './time-unit.js';

/** A length of time, such as a pandas Timedelta. */
export class Duration {
  readonly nanoseconds: bigint;
  /** Unit in which its column stores durations. */
  readonly unit: TimeUnit;

  /** Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other than a bigint, and unless the unit holds the duration exactly. */
  constructor(nanoseconds: bigint, unit: TimeUnit = unitOf(nanoseconds)) {
    checkNanoseconds(nanoseconds, unit);
    this.nanoseconds = nanoseconds;
    this.unit = unit;
  }

  /** ISO 8601 in seconds: `PT90S`, `-PT0.000001S`. */
  toString(): string {
    const length = this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds;
    const fraction = String(length % 1_000_000_000n)
      .padStart(9, '0')
      .replace(/0+$/, '');
    return `${this.nanoseconds < 0n ? '-' : ''}PT${length / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}S`;
  }

  /** The same text as `toString()`. */
  toJSON(): string {
    return this.toString();
  }
}
