import { inspectMethod } from './inspect-method.js';
import { isoDate } from './iso-text.js';
import { parseIsoDate } from './parse-iso.js';

const dayMs = 86_400_000;

/** A day without a time. As a Date it is midnight UTC, or NaN beyond the year 275760. Do not use its setters: they change only the Date. */
export class CalendarDate extends Date {
  /** Days since 1970-01-01. */
  readonly epochDays: number;

  constructor(epochDays: number) {
    super(epochDays * dayMs);
    this.epochDays = epochDays;
  }

  /** Parses `2026-11-24`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other texts and for days that do not exist. */
  static from(text: string): CalendarDate {
    return new CalendarDate(parseIsoDate(text));
  }

  /** True if a setter of Date has changed the day. */
  get isChanged(): boolean {
    return !Object.is(this.getTime(), new Date(this.epochDays * dayMs).getTime());
  }

  /** `2026-11-24` */
  override toJSON(): string {
    return isoDate(BigInt(this.epochDays));
  }

  /** What `console.log` shows on Node. */
  [inspectMethod](): string {
    return `CalendarDate(${this.toJSON()})`;
  }
}
