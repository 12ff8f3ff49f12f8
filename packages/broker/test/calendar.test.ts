import { type MarketCalendar, weekdays } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { Calendar } from '../src/calendar.js';

const working = weekdays.slice(0, 5);
const calendar = (more: Partial<MarketCalendar>): Calendar =>
  new Calendar({ time_zone: 'UTC', weekdays, ranges: [], holidays: [], ...more });
const ms = (iso: string): number => Date.parse(iso);
const shown = (one: Calendar, iso: string) => {
  const { isOpen, openedMs, changesMs } = one.at(ms(iso));
  const text = (time: number | null) => (time === null ? null : new Date(time).toISOString().slice(0, 16));
  return { isOpen, opened: text(openedMs), changes: text(changesMs) };
};

const shanghai = calendar({
  time_zone: 'Asia/Shanghai',
  weekdays: working,
  ranges: [
    ['09:30', '11:30'],
    ['13:00', '15:00'],
  ],
  holidays: ['2026-10-01', '2026-10-02'],
});

test.each([
  ['before the opening', '2026-09-30T01:29:59.999Z', false, null, '2026-09-30T01:30'],
  ['at the opening', '2026-09-30T01:30:00Z', true, '2026-09-30T01:30', '2026-09-30T03:30'],
  ['at the end of the morning', '2026-09-30T03:30:00Z', false, null, '2026-09-30T05:00'],
  ['in the afternoon', '2026-09-30T06:00:00Z', true, '2026-09-30T05:00', '2026-09-30T07:00'],
  ['before two holidays and a weekend', '2026-09-30T08:00:00Z', false, null, '2026-10-05T01:30'],
  ['on a holiday', '2026-10-01T02:00:00Z', false, null, '2026-10-05T01:30'],
])('Shanghai, %s', (_name, at, isOpen, opened, changes) => {
  expect(shown(shanghai, at)).toEqual({ isOpen, opened, changes });
});

test('a range past midnight belongs to the day on which it begins', () => {
  const night = calendar({ weekdays: ['fri'], ranges: [['21:00', '02:30']] });
  expect(shown(night, '2026-11-28T02:29:00Z')).toEqual({
    isOpen: true,
    opened: '2026-11-27T21:00',
    changes: '2026-11-28T02:30',
  });
  expect(shown(night, '2026-11-28T21:30:00Z')).toMatchObject({ isOpen: false, changes: '2026-12-04T21:00' });
  const closed = calendar({ weekdays: ['fri'], ranges: [['21:00', '02:30']], holidays: ['2026-11-27'] });
  expect(shown(closed, '2026-11-28T01:00:00Z').isOpen).toBe(false);
});

test('ranges that meet are one, and whole days never close', () => {
  const always = calendar({ ranges: [['00:00', '24:00']] });
  const { isOpen, openedMs, changesMs } = always.at(ms('2026-11-29T12:00:00Z'));
  expect(isOpen).toBe(true);
  expect(openedMs).toBeLessThan(ms('2026-11-28T12:00:00Z'));
  expect(changesMs).toBeGreaterThan(ms('2026-12-05T12:00:00Z'));
});

test('opening hours are local hours on both sides of a change of the clocks', () => {
  const newYork = calendar({ time_zone: 'America/New_York', weekdays: working, ranges: [['09:30', '16:00']] });
  expect(shown(newYork, '2026-03-06T15:00:00Z')).toMatchObject({
    opened: '2026-03-06T14:30',
    changes: '2026-03-06T21:00',
  });
  expect(shown(newYork, '2026-03-09T14:00:00Z')).toMatchObject({
    opened: '2026-03-09T13:30',
    changes: '2026-03-09T20:00',
  });
});

test('a local time that the clocks skip counts as the next one that exists', () => {
  // At 07:00 UTC on 8 March 2026 the clocks of New York go from 02:00 to 03:00.
  const hours = (from: string, to: string) =>
    calendar({ time_zone: 'America/New_York', weekdays: ['sun'], ranges: [[from, to]] });
  expect(shown(hours('00:00', '02:30'), '2026-03-08T06:45:00Z')).toMatchObject({ changes: '2026-03-08T07:00' });
  expect(shown(hours('02:15', '04:00'), '2026-03-08T06:45:00Z')).toMatchObject({
    isOpen: false,
    changes: '2026-03-08T07:00',
  });
  expect(shown(hours('02:15', '04:00'), '2026-03-08T07:00:00Z')).toMatchObject({
    opened: '2026-03-08T07:00',
    changes: '2026-03-08T08:00',
  });
});

test('a calendar without hours is closed, and is asked again after a day', () => {
  expect(shown(calendar({}), '2026-11-29T12:00:00Z')).toEqual({
    isOpen: false,
    opened: null,
    changes: '2026-11-30T12:00',
  });
});

test('an unknown time zone is refused', () => {
  expect(() => calendar({ time_zone: 'Asia/Beijing' })).toThrow(RangeError);
});

test('the state holds until the time that is given: looks in between, over a year', () => {
  for (let at = ms('2026-01-01T00:07:00Z'); at < ms('2027-01-01T00:00:00Z'); at += 23 * 3_600_000 + 900_000) {
    const { isOpen, changesMs } = shanghai.at(at);
    const until = Math.min(changesMs, at + 86_400_000);
    for (const later of [at + 1, (at + until) / 2, until - 1]) expect(shanghai.at(later).isOpen).toBe(isOpen);
  }
});
