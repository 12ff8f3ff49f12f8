import type { Freshness } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import {
  draftOf,
  freshnessOf,
  holidaysOf,
  maxAgeMsOf,
  newCalendar,
  newRule,
  rangesOf,
} from '../src/pages/namespaces/freshness/freshness-draft.js';

/** The form of freshness rules: what its texts mean, and that nothing is lost between the broker and the form. */

const stored: Freshness = {
  rules: [
    { pattern: '*.tick', max_age_ms: 1500, calendar: 'cn' },
    { pattern: '>', max_age_ms: 60_000, calendar: null },
  ],
  calendars: {
    cn: {
      time_zone: 'Asia/Shanghai',
      weekdays: ['mon', 'fri'],
      ranges: [
        ['09:30', '11:30'],
        ['21:00', '02:30'],
      ],
      holidays: ['2026-10-01', '2026-10-02'],
    },
  },
};

test('rules go through the form unchanged', () => {
  expect(freshnessOf(draftOf(stored))).toEqual(stored);
});

test.each([
  [
    '9:30-11:30, 13:00-15:00',
    [
      ['09:30', '11:30'],
      ['13:00', '15:00'],
    ],
  ],
  [
    '09:30 – 11:30，13:00~15:00',
    [
      ['09:30', '11:30'],
      ['13:00', '15:00'],
    ],
  ],
  ['21:00-02:30', [['21:00', '02:30']]],
  ['', undefined],
  ['morning', undefined],
  ['09:30', undefined],
])('the hours %j', (text, expected) => {
  expect(rangesOf(text)).toEqual(expected);
});

test.each([
  ['2026-10-01, 2026-10-02\n2026-10-03', ['2026-10-01', '2026-10-02', '2026-10-03']],
  ['2026-10-01、2026-10-02', ['2026-10-01', '2026-10-02']],
  ['', []],
  ['1 October', undefined],
])('the holidays %j', (text, expected) => {
  expect(holidaysOf(text)).toEqual(expected);
});

test.each([
  ['60', 60_000],
  ['0.1', 100],
  ['0', undefined],
  ['-1', undefined],
  ['', undefined],
  ['soon', undefined],
])('the age %j in seconds', (text, expected) => {
  expect(maxAgeMsOf(text)).toBe(expected);
});

test('a form with an unreadable field, an empty name, or one name twice cannot be sent', () => {
  const calendar = newCalendar([]);
  const whole = { rules: [newRule()], calendars: [calendar] };
  expect(freshnessOf(whole)).toBeDefined();
  expect(freshnessOf({ ...whole, rules: [{ ...newRule(), maxAge: 'x' }] })).toBeUndefined();
  expect(freshnessOf({ ...whole, rules: [{ ...newRule(), pattern: '' }] })).toBeUndefined();
  expect(freshnessOf({ ...whole, calendars: [{ ...calendar, name: '' }] })).toBeUndefined();
  expect(freshnessOf({ ...whole, calendars: [{ ...calendar, ranges: '' }] })).toBeUndefined();
  expect(freshnessOf({ ...whole, calendars: [{ ...calendar, weekdays: [] }] })).toBeUndefined();
  expect(freshnessOf({ ...whole, calendars: [calendar, { ...calendar, key: -1 }] })).toBeUndefined();
});

test('a rule follows its calendar to another name', () => {
  const draft = draftOf(stored);
  const renamed = { ...draft, calendars: draft.calendars.map((one) => ({ ...one, name: 'china' })) };
  expect(freshnessOf(renamed)?.rules[0]?.calendar).toBe('china');
});

test('a new calendar has a name of its own', () => {
  const first = newCalendar([]);
  expect(newCalendar([first.name]).name).toBe(`${first.name}-2`);
});
