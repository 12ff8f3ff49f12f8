import { afterEach, expect, test, vi } from 'vitest';
import { PacedQueue } from '../../src/engine/net/paced-queue.js';
import { testGuard } from './support.js';

afterEach(() => {
  vi.useRealTimers();
});

test('goes on when the clock reads the same twice', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setImmediate'] });
  const done: number[] = [];
  const queue = new PacedQueue<number>('test', testGuard, (item) => done.push(item));
  for (const item of [1, 2, 3]) {
    queue.push(item);
    await vi.advanceTimersToNextTimerAsync();
  }
  expect(done).toEqual([1, 2, 3]);
});

test('works on as many items a second as its rate says', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setImmediate', 'setTimeout'] });
  const done: number[] = [];
  const queue = new PacedQueue<number>('test', testGuard, (item) => done.push(item), 100);
  for (let item = 0; item < 300; item++) queue.push(item);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(done.length).toBeGreaterThanOrEqual(90);
  expect(done.length).toBeLessThanOrEqual(115);
});
