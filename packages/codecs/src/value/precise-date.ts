import { inspectMethod } from './inspect-method.js';
import { isoTime } from './iso-text.js';
import { parseIsoTime } from './parse-iso.js';
import { checkNanoseconds, floorDivide, type TimeUnit, unitOf } from './time-unit.js';

/**
 * A Date that also has what a Date cannot hold: digits below the millisecond, the unit of its column and a time zone. As a Date it is
 * the instant rounded down to milliseconds, or NaN beyond the year 275760. Do not use its setters: they change only the Date.
 */
export class PreciseDate extends Date {
  /** Nanoseconds since 1970, UTC. */
  readonly epochNanoseconds: bigint;
  /** Unit in which its column stores times. */
  readonly unit: TimeUnit;
  /** Name of the zone, such as `Asia/Shanghai`; null for a time without a zone, which counts as UTC. */
  readonly timezone: string | null;

  /**
   * Default of the unit: the coarsest from milliseconds down that holds all digits. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other than a
   * bigint.
   */
  constructor(
    epochNanoseconds: bigint,
    unit: TimeUnit = unitOf(epochNanoseconds, 'ms'),
    timezone: string | null = null,
  ) {
    super(msOf(epochNanoseconds));
    this.epochNanoseconds = epochNanoseconds;
    this.unit = unit;
    this.timezone = timezone;
  }

  /**
   * Parses ISO 8601 with up to nine digits of the second; UTC unless it has an offset. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other
   * texts, and for days and times that do not exist.
   */
  static from(text: string): PreciseDate {
    return new PreciseDate(parseIsoTime(text));
  }

  /** True if a setter of Date has changed the time. */
  get isChanged(): boolean {
    return !Object.is(this.getTime(), new Date(msOf(this.epochNanoseconds)).getTime());
  }

  /** ISO 8601 in UTC: milliseconds, and further digits unless they are zero. */
  override toISOString(): string {
    return isoTime(this.epochNanoseconds);
  }

  override toJSON(): string {
    return this.toISOString();
  }

  /** What `console.log` shows on Node. */
  [inspectMethod](): string {
    return `PreciseDate(${this.toISOString()}${this.timezone === null ? '' : `, ${this.timezone}`})`;
  }
}

function msOf(nanoseconds: bigint): number {
  checkNanoseconds(nanoseconds);
  return Number(floorDivide(nanoseconds, 1_000_000n));
}
