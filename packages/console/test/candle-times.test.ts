import { expect, onTestFinished, test } from 'vitest';
import { showTimesBy } from '../src/format/clock.js';
import type { PriceSeries } from '../src/parts/payload/bars.js';
import { areDates, hasSeconds, timeOfSeries } from '../src/parts/payload/price-chart-series.js';
import { readingTime } from '../src/parts/payload/price-reading.js';

/** D8: the axis of a chart has seconds where its bars do, and the clock of the page. */

const lineOf = (times: readonly number[], isWallClock = false): PriceSeries => ({
  kind: 'line',
  hasTime: true,
  isWallClock,
  points: times.map((time) => ({ time, price: 1 })),
});

const at = Date.UTC(2026, 10, 24, 1, 30, 5) / 1000;

test('an axis shows seconds where two neighbours are less than a minute apart', () => {
  expect(hasSeconds(lineOf([at, at + 1]))).toBe(true);
  expect(hasSeconds(lineOf([at, at + 60, at + 120]))).toBe(false);
  expect(hasSeconds({ ...lineOf([0, 1, 2]), hasTime: false })).toBe(false);
});

test('times with a zone follow the clock of the page; those without one, and dates, are as they were written', () => {
  showTimesBy('utc');
  onTestFinished(() => showTimesBy('local'));
  expect(timeOfSeries(lineOf([at]))(at)).toBe(at);
  showTimesBy('local');
  const offsetSeconds = -new Date(at * 1000).getTimezoneOffset() * 60;
  expect(timeOfSeries(lineOf([at]))(at)).toBe(at + offsetSeconds);
  expect(timeOfSeries(lineOf([at], true))(at)).toBe(at);
  const midnight = Date.UTC(2026, 10, 24) / 1000;
  expect(timeOfSeries(lineOf([midnight]))(midnight)).toBe(midnight);
});

test('a bar at midnight in UTC is a date only where all bars are, and are not shorter than a day', () => {
  showTimesBy('utc');
  onTestFinished(() => showTimesBy('local'));
  const midnight = Date.UTC(2026, 10, 24) / 1000;
  expect(readingTime(lineOf([midnight, midnight + 86_400]), 0)).toBe('2026-11-24');
  expect(readingTime(lineOf([midnight, midnight + 60]), 0)).toBe('2026-11-24 00:00:00');
  expect(readingTime(lineOf([midnight, midnight + 60], true), 0)).toBe('2026-11-24 00:00:00');
  const one = { ...lineOf([midnight]), barSeconds: 60 };
  expect(areDates(one)).toBe(false);
  expect(readingTime(one, 0)).toBe('2026-11-24 00:00:00');
});
