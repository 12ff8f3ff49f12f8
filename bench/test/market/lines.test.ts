import { expect, test } from 'vitest';
import { isFailed, linesOf } from '../../src/market/lines.js';
import type { Finding } from '../../src/market/scenario.js';

const none = { findings: [], faults: [] };
const time: Finding = { figure: 'time', value: 12, unit: 'ms', atMost: 10 };
const ratio: Finding = { figure: 'ratio', value: 0.95, unit: 'of off', atLeast: 0.92 };

test('a line says figure, value, bound and verdict', () => {
  const lines = linesOf('snapshot', { findings: [time, ratio], faults: [] }, false);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['snapshot', 'time', '12.0 ms', 'at most 10', 'missed'],
    ['snapshot', 'ratio', '0.95 of off', 'at least 0.92', 'ok'],
    ['snapshot', 'correct'],
  ]);
  expect(linesOf('snapshot', { findings: [time], faults: [] }, true)[0]).toContain('not judged');
  expect(linesOf('status', { ...none, skipped: 'no route' }, false)).toEqual(['status            skipped: no route']);
});

test('a violated rule fails, with what the first one was', () => {
  const faults = [{ kind: 'gap', count: 3, first: 'sz000001.tick from 4 to 6' }];
  expect(linesOf('x', { findings: [], faults }, false)[0]).toContain('ERROR gap: 3 times, first sz000001.tick');
  expect(isFailed({ findings: [], faults }, true)).toBe(true);
});

test('a bound fails when it is missed by more than ten times, and never in a quick run', () => {
  const failed = (finding: Finding, isQuick = false): boolean => isFailed({ ...none, findings: [finding] }, isQuick);
  expect(failed(time)).toBe(false);
  expect(failed({ ...time, value: 101 })).toBe(true);
  expect(failed({ ...time, value: 101 }, true)).toBe(false);
  expect(failed({ ...ratio, value: 0.091 })).toBe(true);
  expect(failed({ ...ratio, value: Number.NaN })).toBe(true);
});
