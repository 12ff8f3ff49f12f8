import {
  type Freshness,
  type FreshnessPreview,
  type FreshnessRule,
  type MarketCalendar,
  weekdays,
} from '@pulsemq/protocol';
import { z } from 'zod';
import { topicPattern } from './messages.js';

/** Rules of a namespace: the first match counts, so each topic is compared with many of them. */
const ruleMaxCount = 100;
const calendarMaxCount = 50;
const rangeMaxCount = 20;
const holidayMaxCount = 400;
const minAgeMs = 100;
const maxAgeMs = 7 * 86_400_000;

/** Largest body with rules: the most calendars with the most holidays. */
export const freshnessBodyMaxBytes = 524_288;

const calendarName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, { error: 'must be 1 to 32 characters of A-Z, a-z, 0-9, _ and -' });

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'is not a known time zone; use a name such as Asia/Shanghai' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-CA', { timeZone: name });
    return true;
  } catch {
    // A RangeError is how the platform says that it does not know the zone.
    return false;
  }
}

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

const calendar = z.strictObject({
  time_zone: timeZone,
  weekdays: z.array(z.enum(weekdays)).min(1).max(weekdays.length).readonly(),
  ranges: z
    .array(pairOf(rangeTime).refine(([from]) => from !== '24:00', { path: [0], error: 'must be a time such as 09:30' }))
    .min(1)
    .max(rangeMaxCount)
    .readonly(),
  holidays: z.array(localDate).max(holidayMaxCount).readonly().default([]),
}) satisfies z.ZodType<MarketCalendar>;

const ageError = `must be an integer from ${minAgeMs} to ${maxAgeMs}`;

const rule = z.strictObject({
  pattern: topicPattern,
  max_age_ms: z.int({ error: ageError }).min(minAgeMs, { error: ageError }).max(maxAgeMs, { error: ageError }),
  calendar: z.string().max(32).nullable().default(null),
}) satisfies z.ZodType<FreshnessRule>;

/** The rules and calendars of a namespace. Each rule's calendar must be one of them. */
export const freshness = z
  .strictObject({
    rules: z.array(rule).max(ruleMaxCount).readonly(),
    calendars: z
      .record(calendarName, calendar)
      .refine((named) => Object.keys(named).length <= calendarMaxCount, {
        error: `at most ${calendarMaxCount} calendars are allowed`,
      })
      .default({}),
  })
  .superRefine(({ rules, calendars }, context) => {
    for (const [index, { calendar: name }] of rules.entries()) {
      if (name === null || Object.hasOwn(calendars, name)) continue;
      const message = `there is no calendar "${name}" in "calendars"`;
      context.addIssue({ code: 'custom', path: ['rules', index, 'calendar'], message });
    }
  })
  .meta({ id: 'Freshness' }) satisfies z.ZodType<Freshness>;

/** Rules as they are stored, without the checks: a later version may have stored other ones. */
export const storedFreshness = z
  .object({
    rules: z.array(z.object({ pattern: z.string(), max_age_ms: z.int(), calendar: z.string().nullable() })).readonly(),
    calendars: z.record(
      z.string(),
      z.object({
        time_zone: z.string(),
        weekdays: z.array(z.enum(weekdays)).readonly(),
        ranges: z.array(pairOf(z.string())).readonly(),
        holidays: z.array(z.string()).readonly(),
      }),
    ),
  })
  .meta({ id: 'StoredFreshness' }) satisfies z.ZodType<Freshness>;

export const freshnessPreview = z.object({
  stale_now: z.int(),
  topics: z.array(z.string()).readonly(),
  under_rule: z.int(),
  topic_count: z.int(),
}) satisfies z.ZodType<FreshnessPreview>;
