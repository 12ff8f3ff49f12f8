import { expect, test } from 'vitest';
import { scene } from './fan-out-scene.js';
import { testLimits } from './support.js';

test('publishers wait for a subscriber that still drains, and not for one that has stopped', () => {
  const { fanOut, clock, publish, join } = scene({ ...testLimits, outboxBytes: 100_000 });
  const { sink } = join();
  sink.isStopped = true;
  for (let turn = 0; turn < 20; turn++) {
    publish(1_000);
    fanOut.turn.flush();
  }
  expect(fanOut.laggards.needPacing).toBe(true);
  clock.steadyMs += 2_000;
  publish(1_000);
  fanOut.turn.flush();
  expect(fanOut.laggards.needPacing).toBe(false);
});

test('publishers do not wait for a subscriber that loses messages all the same, until it has caught up', () => {
  const { fanOut, publish, join } = scene({ ...testLimits, outboxBytes: 100_000 });
  const { sink, subscriber } = join();
  const publishSome = (turnCount: number): void => {
    for (let turn = 0; turn < turnCount; turn++) {
      publish(1_000);
      fanOut.turn.flush();
    }
  };
  sink.isStopped = true;
  publishSome(20);
  expect(fanOut.laggards.needPacing).toBe(true);
  publishSome(60);
  expect(subscriber.counts.dropped.total).toBeGreaterThan(0);
  expect(fanOut.laggards.needPacing).toBe(false);
  sink.isStopped = false;
  sink.drain();
  expect(subscriber.isDrained).toBe(true);
  sink.isStopped = true;
  publishSome(20);
  expect(fanOut.laggards.needPacing).toBe(true);
});
