import type { Freshness, FreshnessPreview, FreshnessRule } from '@pulsemq/protocol';
import { z } from 'zod';
import { checkCalendarNames, namedCalendars, storedCalendars } from './calendars.js';
import { topicPattern } from './messages.js';

/** Rules of a namespace: the first match counts, so each topic is compared with many of them. */
const ruleMaxCount = 100;
const minAgeMs = 100;
const maxAgeMs = 7 * 86_400_000;

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
    calendars: namedCalendars.default({}),
  })
  .superRefine(checkCalendarNames)
  .meta({ id: 'Freshness' }) satisfies z.ZodType<Freshness>;

/** Rules as they are stored, without the checks: a later version may have stored other ones. */
export const storedFreshness = z
  .object({
    rules: z.array(z.object({ pattern: z.string(), max_age_ms: z.int(), calendar: z.string().nullable() })).readonly(),
    calendars: storedCalendars,
  })
  .meta({ id: 'StoredFreshness' }) satisfies z.ZodType<Freshness>;

export const freshnessPreview = z.object({
  stale_now: z.int(),
  topics: z.array(z.string()).readonly(),
  under_rule: z.int(),
  topic_count: z.int(),
}) satisfies z.ZodType<FreshnessPreview>;
