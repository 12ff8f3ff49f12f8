import { dateDay, duration, time, timestamp } from '@uwdata/flechette';
import { badPayload } from '../bad-payload.js';
import type { CalendarDate } from '../value/calendar-date.js';
import type { Duration } from '../value/duration.js';
import { PreciseDate } from '../value/precise-date.js';
import type { TimeOfDay } from '../value/time-of-day.js';
import { finerUnit, type TimeUnit, unitCode, unitNanoseconds } from '../value/time-unit.js';
import { type CellPlace, cellText } from './cell-place.js';
import { storedAs } from './late-type.js';
import type { Shape, Target } from './shape.js';

const dayNanoseconds = 86_400_000_000_000n;

/** The unit and range of values that are stored as 64-bit integers of a unit. */
class Ticks {
  unit: TimeUnit | null = null;
  #smallest = 0n;
  #largest = 0n;
  #smallestPlace: CellPlace | null = null;
  #largestPlace: CellPlace | null = null;

  add(nanoseconds: bigint, unit: TimeUnit, place: CellPlace): void {
    this.unit = this.unit === null ? unit : finerUnit(this.unit, unit);
    if (this.#smallestPlace === null || nanoseconds < this.#smallest) {
      this.#smallest = nanoseconds;
      this.#smallestPlace = { ...place };
    }
    if (this.#largestPlace === null || nanoseconds > this.#largest) {
      this.#largest = nanoseconds;
      this.#largestPlace = { ...place };
    }
  }

  /** Throws if a value is past 64 bits of the unit. */
  check(unit: TimeUnit, what: string): void {
    for (const [nanoseconds, place] of [
      [this.#smallest, this.#smallestPlace],
      [this.#largest, this.#largestPlace],
    ] as const) {
      const ticks = nanoseconds / unitNanoseconds[unit];
      if (place === null || BigInt.asIntN(64, ticks) === ticks) continue;
      throw badPayload(
        `${cellText(place)} is a ${what} of ${ticks} ${unit}, which is past 64 bits; the column has the unit ${unit}, the finest of its values: use a coarser unit for all of them`,
      );
    }
  }
}

/** Dates and PreciseDates: a timestamp of the finest unit and of the zone that all have in common. */
export class TimeShape implements Shape {
  readonly kind = 'time';
  readonly #ticks = new Ticks();
  #zone: string | null | undefined;

  add(value: unknown, place: CellPlace): void {
    const date = value as Date;
    if (!(date instanceof PreciseDate)) {
      if (Number.isNaN(date.getTime()))
        throw badPayload(`${cellText(place)} is an invalid Date: use null for a missing time`);
      return this.#add(BigInt(date.getTime()) * 1_000_000n, 'ms', null, place);
    }
    if (date.isChanged) {
      throw badPayload(`${cellText(place)} is a PreciseDate that was changed by a setter: make a new one instead`);
    }
    this.#add(date.epochNanoseconds, date.unit, date.timezone, place);
  }

  target(): Target {
    const unit = this.#ticks.unit ?? 'ms';
    this.#ticks.check(unit, 'time');
    return {
      type: storedAs(duration(unitCode[unit]), timestamp(unitCode[unit], this.#zone ?? null)),
      convert: (value) => nanosecondsOf(value as Date) / unitNanoseconds[unit],
    };
  }

  #add(nanoseconds: bigint, unit: TimeUnit, zone: string | null, place: CellPlace): void {
    if (this.#zone !== undefined && this.#zone !== zone) {
      const [one, other] = [this.#zone, zone].map((name) => (name === null ? 'no zone' : `the zone ${name}`));
      throw badPayload(
        `${cellText(place)} has a time with ${other}, earlier rows have ${one}: use one zone in a column`,
      );
    }
    this.#zone = zone;
    const isWhole = nanoseconds % unitNanoseconds[unit] === 0n;
    this.#ticks.add(nanoseconds, isWhole ? unit : 'ns', place);
  }
}

const nanosecondsOf = (date: Date): bigint =>
  date instanceof PreciseDate ? date.epochNanoseconds : BigInt(date.getTime()) * 1_000_000n;

/** CalendarDates: date32. */
export class DateShape implements Shape {
  readonly kind = 'date';

  add(value: unknown, place: CellPlace): void {
    const { epochDays, isChanged } = value as CalendarDate;
    if (isChanged)
      throw badPayload(`${cellText(place)} is a CalendarDate that was changed by a setter: make a new one instead`);
    if ((epochDays | 0) === epochDays) return;
    throw badPayload(`${cellText(place)} is a CalendarDate of ${epochDays} days, expected whole days in 32 bits`);
  }

  target(): Target {
    return { type: storedAs(int32Days(), dateDay()), convert: (value) => (value as CalendarDate).epochDays };
  }
}

/** flechette's builder of dates takes milliseconds and divides them; its builder of times stores 32-bit integers as they are. */
const int32Days = () => time(unitCode.ms);

/** TimesOfDay: time32 or time64 of the finest unit. */
export class TimeOfDayShape implements Shape {
  readonly kind = 'time of day';
  #unit: TimeUnit | null = null;

  add(value: unknown, place: CellPlace): void {
    const { nanoseconds, unit } = value as TimeOfDay;
    if (nanoseconds < 0n || nanoseconds >= dayNanoseconds) {
      throw badPayload(`${cellText(place)} is a TimeOfDay of ${nanoseconds} ns, expected 0 to ${dayNanoseconds - 1n}`);
    }
    this.#unit = this.#unit === null ? unit : finerUnit(this.#unit, unit);
  }

  target(): Target {
    const unit = this.#unit ?? 'us';
    const isShort = unit === 's' || unit === 'ms';
    return {
      type: time(unitCode[unit]),
      convert: (value) => {
        const ticks = (value as TimeOfDay).nanoseconds / unitNanoseconds[unit];
        return isShort ? Number(ticks) : ticks;
      },
    };
  }
}

/** Durations of the finest unit. */
export class DurationShape implements Shape {
  readonly kind = 'duration';
  readonly #ticks = new Ticks();

  add(value: unknown, place: CellPlace): void {
    const { nanoseconds, unit } = value as Duration;
    this.#ticks.add(nanoseconds, unit, place);
  }

  target(): Target {
    const unit = this.#ticks.unit ?? 'ns';
    this.#ticks.check(unit, 'duration');
    return {
      type: duration(unitCode[unit]),
      convert: (value) => (value as Duration).nanoseconds / unitNanoseconds[unit],
    };
  }
}
