import { floorDivide } from './time-unit.js';

/** ISO 8601 texts for times of any year. `Date` ends at the year 275760; 64 bits of seconds reach further. */

/** The Gregorian calendar repeats after 400 years. */
const cycleYearCount = 400n;
const cycleDayCount = 146_097n;
const dayNanoseconds = 86_400_000_000_000n;
const dayMs = 86_400_000;

/** `2026-11-24` of days since 1970. Years past 9999 and before 0 have a sign and at least six digits. */
export function isoDate(days: bigint): string {
  const cycles = floorDivide(days, cycleDayCount);
  const date = new Date(Number(days - cycles * cycleDayCount) * dayMs);
  const year = BigInt(date.getUTCFullYear()) + cycles * cycleYearCount;
  return `${yearText(year)}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

function yearText(year: bigint): string {
  if (year >= 0n && year <= 9_999n) return String(year).padStart(4, '0');
  const digits = String(year < 0n ? -year : year).padStart(6, '0');
  return `${year < 0n ? '-' : '+'}${digits}`;
}

/** `09:30:00.123456` of nanoseconds since midnight, with at least `minDigitCount` digits of the second, and no further zeros. */
export function isoClock(nanoseconds: bigint, minDigitCount: number): string {
  const seconds = Number(nanoseconds / 1_000_000_000n);
  const clock = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) => twoDigits(Math.floor(part)));
  const fraction = String(nanoseconds % 1_000_000_000n).padStart(9, '0');
  const digits = fraction.slice(0, minDigitCount) + fraction.slice(minDigitCount).replace(/0+$/, '');
  return `${clock.join(':')}${digits === '' ? '' : `.${digits}`}`;
}

/** `2026-11-24T09:29:00.123456Z` of nanoseconds since 1970: milliseconds, and further digits unless they are zero. */
export function isoTime(nanoseconds: bigint): string {
  const days = floorDivide(nanoseconds, dayNanoseconds);
  return `${isoDate(days)}T${isoClock(nanoseconds - days * dayNanoseconds, 3)}Z`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
