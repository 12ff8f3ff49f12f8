import { describe, expect, onTestFinished, test } from 'vitest';
import { axisSpacePx, axisTimes } from '../src/format/axis-times.js';
import { momentOf, showTimesBy, zoneText } from '../src/format/clock.js';
import { lagSeconds } from '../src/format/lag.js';
import { bytesText, compact, exact, microsecondsText, millisecondsText } from '../src/format/number.js';
import { clockText, dateTimeText, spanOf } from '../src/format/time.js';
import { bytesAsBase64, firstDraft, jsonVerdict, requestOf } from '../src/pages/publish/draft.js';
import { snippet } from '../src/snippets/snippets.js';

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [999.6, '1.00k'],
  [1000, '1.00k'],
  [12_400, '12.4k'],
  [1_380_000, '1.38M'],
  [-12_400, '-12.4k'],
  [0.4, '0.4'],
  [null, '–'],
  [Number.NaN, '–'],
])('%j is %s in a cell', (value, text) => expect(compact(value)).toBe(text));

test('figures with units', () => {
  expect(exact(1_204_381)).toBe('1,204,381');
  expect(bytesText(12_400_000)).toBe('12.4 MB');
  expect(bytesText(512)).toBe('512 B');
  expect(microsecondsText(96)).toBe('96 µs');
  expect(microsecondsText(1240)).toBe('1.24 ms');
  expect(millisecondsText(3100)).toBe('3.10 s');
});

test('a span is rounded down to its largest unit, and is never negative', () => {
  expect(spanOf(59_999)).toEqual({ unit: 'seconds', count: 59 });
  expect(spanOf(3_600_000)).toEqual({ unit: 'hours', count: 1 });
  expect(spanOf(-5)).toEqual({ unit: 'seconds', count: 0 });
});

test('a time zone has minutes only where they are not zero', () => {
  const at = (offset: number): Date => Object.assign(new Date(0), { getTimezoneOffset: () => offset });
  expect(zoneText(at(-480))).toBe('UTC+8');
  expect(zoneText(at(210))).toBe('UTC-3:30');
});

test('D8: one clock writes all times: with UTC chosen, clocks, dates, axes and date fields are in UTC', () => {
  const at = Object.assign(new Date('2026-11-24T23:30:05.000Z'), { getTimezoneOffset: () => -480 });
  expect(dateTimeText(at)).toBe('2026-11-25 07:30:05');
  showTimesBy('utc');
  onTestFinished(() => showTimesBy('local'));
  expect(dateTimeText(at)).toBe('2026-11-24 23:30:05');
  expect(clockText(at)).toBe('23:30:05');
  expect(zoneText(at)).toBe('UTC');
  const seconds = at.getTime() / 1000;
  expect(axisTimes([seconds, seconds + 1])).toEqual(['23:30:05', '23:30:06']);
  expect(momentOf('2026-11-24T23:30').toISOString()).toBe('2026-11-24T23:30:00.000Z');
});

test.each([
  [300, 380, 42],
  [300, 530, 60],
  [3_600, 380, 42],
  [7 * 86_400, 380, 42],
  [7 * 86_400, 1_200, 76],
])('labels of %j s on %j px are at least %j px apart, so that none touches the next', (spanSeconds, widthPx, px) =>
  expect(axisSpacePx(spanSeconds, widthPx)).toBe(px),
);

test.each([
  [0, '0'],
  [0.2, '<0.001'],
  [4, '0.004'],
  [3100, '3.1'],
  [312_000, '312'],
  [418_000, '418'],
  [41_800_000, '41.8k'],
  [null, '–'],
])('a lag of %j ms is %s seconds', (ms, text) => expect(lagSeconds(ms)).toBe(text));

describe('a draft of a message', () => {
  test.each([
    ['{"a":1}', 'json'],
    ['12', 'json'],
    ['hello', 'plain'],
    ['{"a":', 'broken'],
  ])('%j is %s', (text, kind) => expect(jsonVerdict(text).kind).toBe(kind));

  test.each([
    ['50 75', 'hex', 'UHU='],
    ['5', 'hex', undefined],
    ['xy', 'hex', undefined],
    ['UHU=', 'base64', 'UHU='],
    ['UHU', 'base64', undefined],
    ['é', 'text', 'w6k='],
    ['', 'hex', ''],
  ] as const)('%j as %s is %j', (text, notation, base64) => expect(bytesAsBase64(text, notation)).toBe(base64));

  test('becomes a request only when nothing is missing', () => {
    expect(requestOf(firstDraft)).toBeUndefined();
    const draft = { ...firstDraft, namespace: 'market_data' };
    const whole = { namespace: 'market_data', topic: 'demo.hello', format: 'string', data: firstDraft.text };
    expect(requestOf(draft)).toEqual(whole);
    expect(requestOf({ ...draft, topic: ' ' })).toBeUndefined();
    expect(requestOf({ ...draft, format: 'bytes', bytes: '5' })).toBeUndefined();
    const frame = requestOf({ ...draft, format: 'df_pyarrow', csv: 'a\n1', compress: 'zstd' });
    expect(frame).toMatchObject({ format: 'df_pyarrow', data: [{ a: 1 }], compress: 'zstd' });
  });
});

describe('a snippet', () => {
  const facts = {
    host: 'h',
    pubPort: 5555,
    subPort: 5556,
    apiAddress: 'http://h:8080',
    username: 'u"; import os',
    token: "t'",
    namespace: 'n',
    topic: 'a.b',
  };

  test('quotes its values by the rules of its language', () => {
    expect(snippet('python', 'publish', facts)).toContain('"u\\"; import os"');
    expect(snippet('typescript', 'subscribe', facts)).toContain('"u\\"; import os"');
    expect(snippet('curl', 'publish', { ...facts, namespace: "n'; rm" })).toContain("'\\''");
  });

  test('D7: names our own Python client, not the package of 0.3.0', () => {
    for (const purpose of ['publish', 'subscribe'] as const) {
      expect(snippet('python', purpose, facts)).toContain('pip install ./clients/python');
      expect(snippet('python', purpose, facts)).not.toContain('pulse-mq==');
    }
  });
});
