import type { BarRule, Bars } from '@pulsemq/protocol';
import { type CalendarDraft, calendarDraftsOf, calendarsOf, newKey } from '../freshness/freshness-draft.js';

/** A bar rule while it is edited. Texts are as typed; an empty one stands for null. */
export interface BarRuleDraft {
  readonly key: number;
  readonly source: string;
  readonly target: string;
  readonly interval: string;
  /** The key of a calendar; null where the market is always open. */
  readonly calendar: number | null;
  /** Counts without a calendar. */
  readonly zone: string;
  readonly price: string;
  readonly size: string;
  readonly time: string;
  /** Seconds. */
  readonly grace: string;
  readonly update: string;
}

export interface BarsDraft {
  readonly rules: readonly BarRuleDraft[];
  readonly calendars: readonly CalendarDraft[];
}

/** Milliseconds from a text in seconds; undefined when it is not a number from 0 on. */
export function millisecondsOf(text: string): number | undefined {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : undefined;
}

/** The stored rules as a draft. */
export function barsDraftOf({ rules, calendars }: Bars): BarsDraft {
  const drafts = calendarDraftsOf(calendars);
  const draftRule = (rule: BarRule): BarRuleDraft => ({
    key: newKey(),
    source: rule.source,
    target: rule.target,
    interval: rule.interval,
    calendar: drafts.find(({ name }) => name === rule.calendar)?.key ?? null,
    zone: rule.zone ?? '',
    price: rule.price ?? '',
    size: rule.size ?? '',
    time: rule.time ?? '',
    grace: String(rule.grace_ms / 1000),
    update: rule.update_ms === null ? '' : String(rule.update_ms / 1000),
  });
  return { calendars: drafts, rules: rules.map(draftRule) };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

function ruleOf(draft: BarRuleDraft, calendars: readonly CalendarDraft[]): BarRule | undefined {
  const { source, target, interval, price, size, time } = draft;
  const graceMs = millisecondsOf(draft.grace);
  const updateMs = draft.update.trim() === '' ? null : millisecondsOf(draft.update);
  if (source === '' || target === '' || graceMs === undefined || updateMs === undefined) return undefined;
  const calendar = calendars.find(({ key }) => key === draft.calendar)?.name ?? null;
  return {
    source,
    target,
    interval,
    calendar,
    zone: calendar === null ? orNull(draft.zone) : null,
    price: orNull(price),
    size: orNull(size),
    time: orNull(time),
    grace_ms: graceMs,
    update_ms: updateMs,
  };
}

/** The body to send; undefined while a field cannot be read. The broker checks the rest: names, columns, limits. */
export function barsOf(draft: BarsDraft): Bars | undefined {
  const calendars = calendarsOf(draft.calendars);
  if (calendars === undefined) return undefined;
  const rules: BarRule[] = [];
  for (const one of draft.rules) {
    const rule = ruleOf(one, draft.calendars);
    if (rule === undefined) return undefined;
    rules.push(rule);
  }
  return { rules, calendars };
}

/** Bars of a minute of trades. */
export const newBarRule = (): BarRuleDraft => ({
  key: newKey(),
  source: '*.trade',
  target: '{1}.kline.1m',
  interval: '1m',
  calendar: null,
  zone: '',
  price: '',
  size: '',
  time: '',
  grace: '2',
  update: '',
});
