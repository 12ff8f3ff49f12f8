import { pino } from 'pino';
import { expect, test } from 'vitest';
import { EverySecond } from '../../src/control/every-second.js';
import { ErrorLog } from '../../src/control/faults/error-log.js';
import { failureReport } from '../../src/control/faults/failure-report.js';
import { StoreError } from '../../src/control/store/store-error.js';
import { Guard } from '../../src/guard.js';
import { LimitReport } from '../../src/limit-report.js';

/** What goes wrong is counted whole and logged in few lines. */

/** A real logger, and the texts of its lines. */
function recordingLog() {
  const lines: string[] = [];
  return { log: pino({ base: null }, { write: (line) => lines.push(JSON.parse(line).msg) }), lines };
}

test('a limit that is reached again and again is one line a minute, and every time is counted', () => {
  const clock = { steadyMs: 0 };
  const lines: string[] = [];
  const report = new LimitReport(['topics', 'connections'] as const, clock, (address, text) =>
    lines.push(`${address} ${text}`),
  );
  for (let count = 0; count < 1_000; count++) report.hit('topics', '10.0.0.1', () => 'too many topics');
  report.hit('connections', '10.0.0.2', () => 'too many connections');
  expect(lines).toEqual(['10.0.0.1 too many topics', '10.0.0.2 too many connections']);
  clock.steadyMs = 59_999;
  report.sweep();
  expect(lines).toHaveLength(2);
  clock.steadyMs = 60_000;
  report.sweep();
  expect(lines.slice(2)).toEqual([' the limit topics was reached 999 more times in the last minute']);
  expect(report.hits).toEqual({ topics: 1_000, connections: 1 });
});

test('what an event handler throws is caught, counted and logged with its stack, and the handlers behind it run', async () => {
  const texts: string[] = [];
  const guard = new Guard((text) => texts.push(text));
  const everySecond = new EverySecond(guard);
  const ran = new Promise<void>((resolve) => {
    everySecond.add('a broken one', () => {
      throw new RangeError('Invalid string length');
    });
    everySecond.add('the next one', resolve);
  });
  everySecond.start();
  await ran;
  everySecond.stop();
  await guard.runAsync('a late one', () => Promise.reject(new Error('later')));
  expect(guard.caughtCount).toBe(2);
  expect(texts).toEqual([
    expect.stringMatching(/^a broken one: RangeError: Invalid string length\n +at /),
    expect.stringMatching(/^a late one: Error: later\n +at /),
  ]);
});

test('an error in every event is twenty lines a minute, and a line with the number of the others', () => {
  const { log, lines } = recordingLog();
  let nowMs = 0;
  const errors = new ErrorLog(log, () => nowMs);
  for (let count = 0; count < 500; count++) errors.report(`error ${count}`);
  expect([lines.length, lines.at(-1)]).toEqual([20, 'internal error: error 19']);
  nowMs = 60_000;
  errors.sweep();
  expect(lines.slice(20)).toEqual(['480 more internal errors in the last minute']);
  errors.report('another');
  expect(lines.at(-1)).toBe('internal error: another');
});

test('work that the store could not take is one line; any other failure is an error of ours', () => {
  const { log, lines } = recordingLog();
  const guard = new Guard((text) => lines.push(text));
  const report = failureReport(log, guard);
  report('writing statistics', new StoreError('STORE_FULL', 'no room is left'));
  expect([lines, guard.caughtCount]).toEqual([['writing statistics waits: no room is left'], 0]);
  report('writing statistics', new TypeError('a mistake'));
  expect([lines[1], guard.caughtCount]).toEqual([
    expect.stringMatching(/^writing statistics: TypeError: a mistake\n/),
    1,
  ]);
});
