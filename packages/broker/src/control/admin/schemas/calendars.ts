import { type MarketCalendar, weekdays } from '@pulsemq/protocol';
import { z } from 'zod';
import { timeZone } from './time-zone.js';

const calendarMaxCount = 50;
const rangeMaxCount = 20;
const holidayMaxCount = 400;

/** Largest body with rules and calendars: the most calendars with the most holidays. */
export const rulesBodyMaxBytes = 524_288;

const calendarName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, { error: 'must be 1 to 32 characters of A-Z, a-z, 0-9, _ and -' });

const rangeTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'must be a time such as 09:30, at most 24:00' });

const localDate = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, { error: 'must be a date such as 2026-10-01' })
  .refine(isDate, { error: 'is not a day of the calendar' });

/** `Date` reads 30 February as 2 March. */
function isDate(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

type Range = readonly [from: string, to: string];

/** A tuple would give each place a schema of its own, which validators of OpenAPI documents refuse. */
const pairOf = (time: z.ZodString) => z.array(time).length(2) as unknown as z.ZodType<Range>;

/** When a market is open. */
export const calendar = z.strictObject({
  time_zone: timeZone,
  weekdays: z.array(z.enum(weekdays)).min(1).max(weekdays.length).readonly(),
  ranges: z
    .array(pairOf(rangeTime).refine(([from]) => from !== '24:00', { path: [0], error: 'must be a time such as 09:30' }))
    .min(1)
    .max(rangeMaxCount)
    .readonly(),
  holidays: z.array(localDate).max(holidayMaxCount).readonly().default([]),
}) satisfies z.ZodType<MarketCalendar>;

/** Calendars by name. */
export const namedCalendars = z
  .record(calendarName, calendar)
  .refine((named) => Object.keys(named).length <= calendarMaxCount, {
    error: `at most ${calendarMaxCount} calendars are allowed`,
  });

/** Calendars as they are stored, without the checks. */
export const storedCalendars = z.record(
  z.string(),
  z.object({
    time_zone: z.string(),
    weekdays: z.array(z.enum(weekdays)).readonly(),
    ranges: z.array(pairOf(z.string())).readonly(),
    holidays: z.array(z.string()).readonly(),
  }),
);

/** Adds an issue for each rule whose calendar is not one of these. */
export function checkCalendarNames(
  { rules, calendars }: { readonly rules: readonly { readonly calendar: string | null }[]; readonly calendars: object },
  context: z.RefinementCtx,
): void {
  for (const [index, { calendar: name }] of rules.entries()) {
    if (name === null || Object.hasOwn(calendars, name)) continue;
    const message = `there is no calendar "${name}" in "calendars"`;
    context.addIssue({ code: 'custom', path: ['rules', index, 'calendar'], message });
  }
}
