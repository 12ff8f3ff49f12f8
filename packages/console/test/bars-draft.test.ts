import type { Bars } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { barsDraftOf, barsOf, millisecondsOf, newBarRule } from '../src/pages/namespaces/bars/bars-draft.js';
import { newCalendar } from '../src/pages/namespaces/freshness/freshness-draft.js';

/** The form of bar rules: nothing is lost between the broker and the form. */

const rule = {
  source: '*.trade',
  target: '{1}.kline.1m',
  interval: '1m',
  calendar: null,
  zone: 'Asia/Tokyo',
  price: null,
  size: 'qty',
  time: 'at',
  grace_ms: 1_500,
  update_ms: null,
};
const stored: Bars = {
  rules: [rule, { ...rule, calendar: 'cn', zone: null, interval: '90s', price: 'px', update_ms: 250 }],
  calendars: {
    cn: { time_zone: 'Asia/Shanghai', weekdays: ['mon'], ranges: [['09:30', '11:30']], holidays: ['2026-10-01'] },
  },
};

test('rules go through the form unchanged, in the order of their fields too', () => {
  expect(JSON.stringify(barsOf(barsDraftOf(stored)))).toBe(JSON.stringify(stored));
});

test('with a calendar no zone is sent', () => {
  const calendar = newCalendar([]);
  const draft = { rules: [{ ...newBarRule(), zone: 'Asia/Tokyo', calendar: calendar.key }], calendars: [calendar] };
  expect(barsOf(draft)?.rules[0]).toMatchObject({ zone: null, calendar: calendar.name });
});

test('a form with an unreadable field cannot be sent', () => {
  const whole = { rules: [newBarRule()], calendars: [newCalendar([])] };
  expect(barsOf(whole)?.rules).toHaveLength(1);
  for (const wrong of [{ source: '' }, { target: '' }, { grace: '' }, { grace: 'soon' }, { update: '-1' }])
    expect(barsOf({ ...whole, rules: [{ ...newBarRule(), ...wrong }] })).toBeUndefined();
  expect(barsOf({ ...whole, calendars: [{ ...newCalendar([]), ranges: '' }] })).toBeUndefined();
});

test.each([
  ['2', 2_000],
  ['0', 0],
  ['0.25', 250],
  ['-1', undefined],
  ['', undefined],
])('%j seconds', (text, expected) => {
  expect(millisecondsOf(text)).toBe(expected);
});
