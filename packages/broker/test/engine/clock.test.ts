import { performance } from 'node:perf_hooks';
import { afterEach, expect, test, vi } from 'vitest';
import { Clock } from '../../src/engine/clock.js';

afterEach(() => vi.restoreAllMocks());

test('the clock follows a wall clock that drifts or is set, and is never a millisecond away from it', () => {
  // A clock of the test's own. On a busy machine time passes between two readings of the real one, and widens the bound.
  let steadyMs = 500;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    steadyMs += 0.001;
    return steadyMs;
  });
  let aheadMs = 0;
  const wallMs = () => performance.timeOrigin + steadyMs + aheadMs;
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(wallMs()));
  const clock = new Clock();
  for (const change of [0.3, 0.9, 1.9, -0.4, -1.9, 0, 60_000, -90_000, 0.1, 0.1, 0.1, -0.1]) {
    aheadMs += change;
    clock.align();
    const earliestMs = wallMs() - 1;
    clock.tick();
    const latestMs = wallMs() + 1;
    expect(clock.nowUs / 1000).toBeGreaterThan(earliestMs - 0.01);
    expect(clock.nowUs / 1000).toBeLessThan(latestMs + 0.01);
  }
});

test('a difference that may be the cut of Date.now() alone does not move the clock', () => {
  let wallMs = 1_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => wallMs);
  vi.spyOn(performance, 'now').mockImplementation(() => 500.25);
  const clock = new Clock();
  const before = clock.nowUs;
  wallMs = Math.floor(before / 1000);
  clock.align();
  clock.tick();
  expect(clock.nowUs).toBe(before);
});

test('a thread that rests between two readings does not move the clock', () => {
  let steadyMs = 500;
  vi.spyOn(performance, 'now').mockImplementation(() => steadyMs);
  const wallMs = (): number => Math.floor(performance.timeOrigin + steadyMs);
  vi.spyOn(Date, 'now').mockImplementation(wallMs);
  const clock = new Clock();
  for (const restMs of [0.3, 5, 40]) {
    vi.spyOn(Date, 'now').mockImplementation(() => {
      const read = wallMs();
      steadyMs += restMs;
      return read;
    });
    clock.align();
    clock.tick();
    const awayMs = clock.nowUs / 1000 - (performance.timeOrigin + steadyMs);
    expect(Math.abs(awayMs)).toBeLessThan(1.01);
  }
});
