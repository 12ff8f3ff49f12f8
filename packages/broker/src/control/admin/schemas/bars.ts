import {
  type BarRule,
  type Bars,
  checkBarTarget,
  checkPattern,
  feedsBars,
  shareBarTopic,
  topicMaxLength,
} from '@pulsemq/protocol';
import { z } from 'zod';
import { barLengthText } from './bar-length.js';
import { checkCalendarNames, namedCalendars, storedCalendars } from './calendars.js';
import { topicPattern } from './messages.js';
import { timeZone } from './time-zone.js';

/** Rules of a namespace. Each message is compared with the sources of all of them once, at its topic's first message. */
const ruleMaxCount = 100;
const graceMaxMs = 3_600_000;
const defaultGraceMs = 2_000;
const updateMinMs = 250;
const updateMaxMs = 3_600_000;

const integerBetween = (min: number, max: number) => {
  const error = `must be an integer from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const columnName = z.string().min(1).max(200).nullable().default(null);

const rule = z
  .strictObject({
    source: topicPattern,
    target: z.string().min(1).max(topicMaxLength),
    interval: barLengthText,
    calendar: z.string().max(32).nullable().default(null),
    zone: timeZone.nullable().default(null),
    price: columnName,
    size: columnName,
    time: columnName,
    grace_ms: integerBetween(0, graceMaxMs).default(defaultGraceMs),
    update_ms: integerBetween(updateMinMs, updateMaxMs).nullable().default(null),
  })
  .superRefine(({ source, target, calendar: name, zone }, context) => {
    // A wrong source has been named already.
    const problem = checkPattern(source) === undefined ? checkBarTarget(source, target) : undefined;
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['target'], message: problem });
    if (name === null || zone === null) return;
    const message = 'cannot be combined with a calendar, whose time zone counts';
    context.addIssue({ code: 'custom', path: ['zone'], message });
  }) satisfies z.ZodType<BarRule>;

/** The bar rules and calendars of a namespace. Each rule's calendar must be one of them, and no rule may read what one publishes. */
export const bars = z
  .strictObject({ rules: z.array(rule).max(ruleMaxCount).readonly(), calendars: namedCalendars.default({}) })
  .superRefine(checkCalendarNames)
  .superRefine(({ rules }, context) => {
    for (const [index, one] of rules.entries()) {
      const message = targetProblem(one, index, rules);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['rules', index, 'target'], message });
    }
  })
  .meta({ id: 'Bars' }) satisfies z.ZodType<Bars>;

/** What the rules of a namespace publish must not come back to them, and two of them must not mix their bars. */
function targetProblem(one: BarRule, index: number, rules: readonly BarRule[]): string | undefined {
  const fed = rules.find((other) => feedsBars(one, other));
  if (fed !== undefined)
    return `the target "${one.target}" may be a topic that the source "${fed.source}" matches, so bars would be made of bars; choose other names`;
  const twin = rules.slice(0, index).find((other) => shareBarTopic(one, other));
  return (
    twin && `the target "${one.target}" may be the same topic as "${twin.target}" of another rule; choose other names`
  );
}

/** Rules as they are stored, without the checks: a later version may have stored other ones. */
export const storedBars = z
  .object({
    rules: z
      .array(
        z.object({
          source: z.string(),
          target: z.string(),
          interval: z.string(),
          calendar: z.string().nullable(),
          zone: z.string().nullable(),
          price: z.string().nullable(),
          size: z.string().nullable(),
          time: z.string().nullable(),
          grace_ms: z.int(),
          update_ms: z.int().nullable(),
        }),
      )
      .readonly(),
    calendars: storedCalendars,
  })
  .meta({ id: 'StoredBars' }) satisfies z.ZodType<Bars>;
