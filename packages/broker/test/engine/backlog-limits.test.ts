import { BlockBit } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { receivedBy, scene, sequences, turns } from './fan-out-scene.js';
import { testLimits } from './support.js';

test('past its bytes a subscriber loses the oldest, is notified, and the sum is exact', async () => {
  const { fanOut, publish, join } = scene({ ...testLimits, outboxBytes: 100_000 });
  const { sink, subscriber } = join();
  sink.isStopped = true;
  for (let turn = 0; turn < 300; turn++) {
    for (let index = 0; index < 7; index++) publish(200);
    fanOut.turn.flush();
  }
  expect(subscriber.queuedBytes).toBeLessThanOrEqual(100_000);
  expect(subscriber.counts.dropped.total).toBeGreaterThan(1_000);
  sink.isStopped = false;
  await turns(sink);
  const received = receivedBy(sink);
  expect(received.length + subscriber.counts.dropped.total).toBe(2_100);
  expect(subscriber.counts.deliveredCount).toBe(received.length);
  expect(received.at(-1)!.sequence).toBe(2_100);
  const marked = received.filter((one) => one.bits & BlockBit.dropped);
  expect(marked.length).toBe(1);
  const at = received.indexOf(marked[0]!);
  expect(received[at]!.sequence - received[at - 1]!.sequence - 1).toBe(subscriber.counts.dropped.total);
});

test('past its messages a subscriber that has stopped loses exactly the surplus, cut between two messages', async () => {
  const { fanOut, clock, publish, join } = scene({ ...testLimits, outboxMessageCount: 95 });
  const { sink, subscriber } = join();
  sink.isStopped = true;
  publish(10);
  fanOut.turn.flush();
  clock.steadyMs += 2_000;
  for (let turn = 0; turn < 20; turn++) {
    for (let index = 0; index < 10; index++) publish(10);
    fanOut.turn.flush();
  }
  expect(subscriber.queuedMessageCount).toBe(95);
  expect(subscriber.counts.dropped.total).toBe(105);
  sink.isStopped = false;
  await turns(sink);
  const received = receivedBy(sink);
  expect(received.map((one) => one.sequence)).toEqual([1, ...sequences(107, 201)]);
  expect(received.map((one) => one.bits).filter((bits) => bits !== 0)).toEqual([BlockBit.dropped]);
  expect(received[1]!.bits).toBe(BlockBit.dropped);
});

test('the limit for all together takes from the largest backlog', () => {
  const { fanOut, publish, join } = scene({ ...testLimits, outboxTotalBytes: 600_000 });
  const publishTurns = (count: number): void => {
    for (let turn = 0; turn < count; turn++) {
      publish(1_000);
      fanOut.turn.flush();
    }
  };
  const large = join();
  large.sink.isStopped = true;
  publishTurns(140);
  const small = join();
  small.sink.isStopped = true;
  publishTurns(40);
  expect(large.subscriber.counts.dropped.total).toBeGreaterThan(10);
  expect(small.subscriber.counts.dropped.total).toBe(0);
});

test('all backlogs together stay within their limit', () => {
  const { fanOut, publish, join } = scene({ ...testLimits, outboxTotalBytes: 200_000 });
  const { sink } = join();
  sink.isStopped = true;
  for (let turn = 0; turn < 500; turn++) {
    publish(1_000);
    fanOut.turn.flush();
    expect(fanOut.memory.pinnedBytes).toBeLessThanOrEqual(200_000);
  }
  expect(fanOut.account.dropped.total).toBeGreaterThan(200);
});

test('a shared batch counts once', () => {
  const { fanOut, publish, join } = scene();
  for (let index = 0; index < 10; index++) join().sink.isStopped = true;
  for (let turn = 0; turn < 2; turn++) {
    for (let index = 0; index < 100; index++) publish(100);
    fanOut.turn.flush();
  }
  // Two slabs of 64 KiB at most.
  expect(fanOut.memory.pinnedBytes).toBeLessThanOrEqual(131_072);
});

test('a few bytes do not pin a large slab', () => {
  const { fanOut, publish, join } = scene();
  const { sink, subscriber } = join();
  sink.isStopped = true;
  for (let turn = 0; turn < 100; turn++) {
    publish(10);
    fanOut.turn.flush();
  }
  expect(subscriber.queuedBytes).toBeLessThan(100 * 200);
});
