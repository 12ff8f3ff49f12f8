import type { Freshness, FreshnessRule, MarketCalendar, Weekday } from '@pulsemq/protocol';

/** A rule while it is edited. `key` is its own for as long as the form is open, also after it has moved. */
export interface RuleDraft {
  readonly key: number;
  readonly pattern: string;
  /** Seconds, as typed. */
  readonly maxAge: string;
  /** The key of a calendar; null where the market is always open. */
  readonly calendar: number | null;
}

/** A calendar while it is edited. Rules name it by its key, so it can be renamed. */
export interface CalendarDraft {
  readonly key: number;
  readonly name: string;
  readonly timeZone: string;
  readonly weekdays: readonly Weekday[];
  /** Such as `09:30-11:30, 13:00-15:00`. */
  readonly ranges: string;
  /** Dates such as `2026-10-01`, separated by spaces, commas or lines. */
  readonly holidays: string;
}

export interface FreshnessDraft {
  readonly rules: readonly RuleDraft[];
  readonly calendars: readonly CalendarDraft[];
}

let lastKey = 0;

export function newKey(): number {
  lastKey += 1;
  return lastKey;
}

const wordsOf = (text: string): readonly string[] => text.split(/[\s,，、;；]+/).filter(Boolean);

/** The opening hours in a text; undefined when a part of it is not a range of times. */
export function rangesOf(text: string): MarketCalendar['ranges'] | undefined {
  const words = wordsOf(text.replaceAll(/\s*[-–—~～]\s*/g, '-'));
  const ranges: (readonly [string, string])[] = [];
  for (const word of words) {
    const parts = /^(\d?\d:\d\d)-(\d?\d:\d\d)$/.exec(word);
    if (parts === null) return undefined;
    ranges.push([parts[1]!.padStart(5, '0'), parts[2]!.padStart(5, '0')]);
  }
  return ranges.length === 0 ? undefined : ranges;
}

/** The dates in a text; undefined when a part of it is not a date. */
export function holidaysOf(text: string): readonly string[] | undefined {
  const words = wordsOf(text);
  return words.every((word) => /^\d{4}-\d\d-\d\d$/.test(word)) ? words : undefined;
}

/** Milliseconds from a text in seconds; undefined when it is not a positive number. */
export function maxAgeMsOf(text: string): number | undefined {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : undefined;
}

/** Stored calendars as drafts. */
export const calendarDraftsOf = (calendars: Readonly<Record<string, MarketCalendar>>): readonly CalendarDraft[] =>
  Object.entries(calendars).map(([name, calendar]) => ({
    key: newKey(),
    name,
    timeZone: calendar.time_zone,
    weekdays: calendar.weekdays,
    ranges: calendar.ranges.map((range) => range.join('-')).join(', '),
    holidays: calendar.holidays.join(', '),
  }));

/** The stored rules as a draft. */
export function draftOf({ rules, calendars }: Freshness): FreshnessDraft {
  const drafts = calendarDraftsOf(calendars);
  const keyOf = (name: string | null): number | null => drafts.find((one) => one.name === name)?.key ?? null;
  return {
    calendars: drafts,
    rules: rules.map(({ pattern, max_age_ms, calendar }) => ({
      key: newKey(),
      pattern,
      maxAge: String(max_age_ms / 1000),
      calendar: keyOf(calendar),
    })),
  };
}

function calendarOf(draft: CalendarDraft): MarketCalendar | undefined {
  const ranges = rangesOf(draft.ranges);
  const holidays = holidaysOf(draft.holidays);
  if (ranges === undefined || holidays === undefined || draft.weekdays.length === 0) return undefined;
  return { time_zone: draft.timeZone, weekdays: draft.weekdays, ranges, holidays };
}

/** The calendars to send; undefined while a field cannot be read or two have one name. */
export function calendarsOf(drafts: readonly CalendarDraft[]): Record<string, MarketCalendar> | undefined {
  const calendars: Record<string, MarketCalendar> = {};
  for (const one of drafts) {
    const calendar = calendarOf(one);
    if (calendar === undefined || one.name === '' || Object.hasOwn(calendars, one.name)) return undefined;
    calendars[one.name] = calendar;
  }
  return calendars;
}

/**
 * The body to send; undefined while a field cannot be read or two calendars have one name. The broker checks the rest: names,
 * patterns, limits.
 */
export function freshnessOf(draft: FreshnessDraft): Freshness | undefined {
  const calendars = calendarsOf(draft.calendars);
  if (calendars === undefined) return undefined;
  const rules: FreshnessRule[] = [];
  for (const { pattern, maxAge, calendar } of draft.rules) {
    const maxAgeMs = maxAgeMsOf(maxAge);
    if (maxAgeMs === undefined || pattern === '') return undefined;
    const name = draft.calendars.find(({ key }) => key === calendar)?.name ?? null;
    rules.push({ pattern, max_age_ms: maxAgeMs, calendar: name });
  }
  return { rules, calendars };
}

/** A rule for all topics of the namespace. */
export const newRule = (): RuleDraft => ({ key: newKey(), pattern: '>', maxAge: '60', calendar: null });

const weekdaysOfMarkets: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** A calendar in the zone of the viewer; in China with the hours of Shanghai and Shenzhen. */
export function newCalendar(names: readonly string[]): CalendarDraft {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const isChina = timeZone === 'Asia/Shanghai';
  const wanted = isChina ? 'cn' : 'market';
  let name = wanted;
  for (let count = 2; names.includes(name); count += 1) name = `${wanted}-${count}`;
  return {
    key: newKey(),
    name,
    timeZone,
    weekdays: weekdaysOfMarkets,
    ranges: isChina ? '09:30-11:30, 13:00-15:00' : '09:30-16:00',
    holidays: '',
  };
}
