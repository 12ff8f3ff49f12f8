import { badPayload } from '../bad-payload.js';

/** Parses texts of ISO 8601, also where `Date` rounds them or accepts days that do not exist. */

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const clockPattern = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/;
const timePattern = /^([\d-]{10})(?:[T ]([\d:.]+?)(?: ?(Z|[+-]\d{2}:?\d{2}))?)?$/;
const dayMs = 86_400_000;

/** Days since 1970 of `2026-11-24`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other texts and for days that do not exist. */
export function parseIsoDate(text: string): number {
  const [, year, month, day] = datePattern.exec(text) ?? bad(text, 'a date such as 2026-11-24');
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) bad(text, 'a day that exists');
  return date.getTime() / dayMs;
}

/** Nanoseconds since midnight of `09:30:00.123456`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other texts and for times that do not exist. */
export function parseIsoClock(text: string): bigint {
  const [, hours, minutes, seconds = '0', fraction = ''] =
    clockPattern.exec(text) ??
    bad(text, 'a time of day such as 09:30:00.123456, with at most nine digits of the second');
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) bad(text, 'a time of day that exists');
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Nanoseconds since 1970 of a date, or of a date and time; UTC unless it has an offset. Throws a PulseMQError `PMQ_BAD_PAYLOAD`. */
export function parseIsoTime(text: string): bigint {
  const [, date, clock = '00:00', zone = 'Z'] =
    timePattern.exec(text) ?? bad(text, 'a time such as 2026-11-24T09:30:00.123456Z');
  const nanoseconds = parseIsoClock(clock) - offsetNanoseconds(zone, text);
  return BigInt(parseIsoDate(date!)) * 86_400_000_000_000n + nanoseconds;
}

function offsetNanoseconds(zone: string, text: string): bigint {
  if (zone === 'Z') return 0n;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) bad(text, 'an offset from -23:59 to +23:59');
  return BigInt((zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes)) * 60_000_000_000n;
}

function bad(text: string, expected: string): never {
  throw badPayload(`${JSON.stringify(text)} is not ${expected}`);
}
