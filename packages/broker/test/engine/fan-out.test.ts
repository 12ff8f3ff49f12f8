import { BlockBit } from '@pulsemq/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { receivedBy, scene, sequences, turns } from './fan-out-scene.js';
import { testLimits } from './support.js';

test.each([
  ['is written at once, after a loss', { ...testLimits, outboxBytes: 4_096 }, 1],
  ['is dropped at once, since it holds more than a backlog may', { ...testLimits, outboxBytes: 2_000 }, 3],
])('a batch that %s by one member is whole for the others, and used again only then', async (_, limits, batches) => {
  const { fanOut, publish, join } = scene(limits);
  const [first, second] = [join(), join()];
  first.sink.isStopped = true;
  for (let index = 0; index < 40; index++) {
    publish(3_000);
    fanOut.turn.flush();
    second.sink.drain();
  }
  expect(first.subscriber.counts.dropped.total).toBeGreaterThan(30);
  first.sink.isStopped = false;
  await turns(first.sink, 5);
  for (let index = 0; index < batches; index++) {
    publish(2_500);
    fanOut.turn.flush();
    await turns(first.sink, 2);
    await turns(second.sink, 2);
  }
  expect(receivedBy(second.sink).map(({ sequence }) => sequence)).toEqual(sequences(1, 40 + batches));
  const { deliveredCount, dropped } = first.subscriber.counts;
  expect(receivedBy(first.sink)).toHaveLength(deliveredCount);
  expect(deliveredCount + dropped.total).toBe(40 + batches);
  expect(fanOut.memory.pinnedBytes).toBe(0);
  const [one, other] = [fanOut.memory.slabs.take(100), fanOut.memory.slabs.take(100)];
  expect(one).not.toBe(other);
  expect(one.buffer.buffer).not.toBe(other.buffer.buffer);
});

test('a subscriber that takes everything loses nothing, though a turn brings more than its budget and its backlog', () => {
  const { fanOut, publish, join } = scene({ ...testLimits, outboxBytes: 2_000_000 });
  const { sink, subscriber } = join();
  // Holds the batches too, so that they are not free when the first has written them.
  const other = join();
  for (const one of [sink, other.sink]) one.isStopped = true;
  for (let index = 0; index < 8; index++) {
    publish(100_000);
    fanOut.turn.flush();
  }
  sink.isStopped = false;
  sink.drain();
  expect(subscriber.queuedBytes).toBeGreaterThan(0);
  for (let index = 0; index < 40; index++) {
    publish(100_000);
    fanOut.turn.flush();
  }
  expect(subscriber.counts.dropped.total).toBe(0);
  expect(subscriber.queuedBytes).toBeLessThan(1_500_000);
});

test('a group writes one batch to all its members', () => {
  const { fanOut, publish, join } = scene();
  const members = [join(), join(), join()];
  for (let index = 0; index < 10; index++) publish(100);
  fanOut.turn.flush();
  for (const { sink, subscriber } of members) {
    expect(sink.taken.length).toBe(1);
    expect(receivedBy(sink).map((one) => one.sequence)).toEqual(sequences(1, 10));
    expect(subscriber.counts.deliveredCount).toBe(10);
  }
  expect(fanOut.memory.pinnedBytes).toBe(0);
});

test('batches grow through all sizes and start again past the largest', () => {
  const { fanOut, publish, join } = scene();
  const { sink } = join();
  for (let index = 0; index < 5_000; index++) publish(150);
  fanOut.turn.flush();
  expect(receivedBy(sink).length).toBe(5_000);
  expect(sink.taken.length).toBeGreaterThan(2);
});

test('one stopped member holds references while the others go on, and gets everything when it reads again', async () => {
  const { fanOut, publish, join } = scene();
  const [stopped, other] = [join(), join()];
  stopped.sink.isStopped = true;
  for (let turn = 0; turn < 50; turn++) {
    for (let index = 0; index < 20; index++) publish(100);
    fanOut.turn.flush();
  }
  expect(receivedBy(other.sink).length).toBe(1_000);
  expect(stopped.subscriber.queuedMessageCount).toBe(980);
  stopped.sink.isStopped = false;
  await turns(stopped.sink);
  expect(receivedBy(stopped.sink).map((one) => one.sequence)).toEqual(sequences(1, 1_000));
  expect(receivedBy(stopped.sink).every((one) => one.bits === 0)).toBe(true);
  expect(fanOut.memory.pinnedBytes).toBe(0);
  expect(stopped.subscriber.isDrained).toBe(true);
});

test('a subscriber that closes gives everything back, and what waited counts as dropped', () => {
  const { fanOut, interest, publish, join } = scene();
  const { sink, subscriber } = join();
  sink.isStopped = true;
  for (let turn = 0; turn < 10; turn++) {
    publish(300);
    fanOut.turn.flush();
  }
  interest.remove(subscriber);
  subscriber.close();
  expect(fanOut.memory.pinnedBytes).toBe(0);
  expect(subscriber.counts.deliveredCount + subscriber.counts.dropped.total).toBe(10);
  sink.drain();
  expect(fanOut.memory.pinnedBytes).toBe(0);
});

test('a subscriber whose socket fails gets nothing more, and what waited counts as dropped when it closes', async () => {
  const { fanOut, publish, join } = scene();
  const { sink, subscriber } = join();
  sink.isStopped = true;
  for (let index = 0; index < 10; index++) {
    publish(1_000);
    fanOut.turn.flush();
  }
  sink.fail();
  await turns(sink, 2);
  subscriber.close();
  expect(sink.taken).toEqual([]);
  // The first one had been handed to the socket.
  expect(subscriber.counts).toMatchObject({ deliveredCount: 1, dropped: { atClose: 9 } });
});

test('random stops, sizes and limits: whole messages in order, and published = delivered + dropped, exactly', async () => {
  const action = fc.oneof(
    fc.record({
      kind: fc.constant('publish' as const),
      size: fc.oneof(fc.nat(300), fc.nat(5_000), fc.constant(200_000), fc.integer({ min: 262_000, max: 262_144 })),
    }),
    fc.constant({ kind: 'flush' as const }),
    fc.constant({ kind: 'stop' as const }),
    fc.constant({ kind: 'drain' as const }),
    fc.constant({ kind: 'later' as const }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 80 }),
      fc.integer({ min: 5_000, max: 600_000 }),
      async (actions, outboxBytes) => {
        const { fanOut, clock, publish, join } = scene({
          outboxBytes,
          outboxMessageCount: 10,
          outboxTotalBytes: 1_000_000,
        });
        const { sink, subscriber } = join();
        let published = 0;
        for (const one of actions) {
          if (one.kind === 'publish') {
            publish(one.size);
            published++;
          } else if (one.kind === 'flush') fanOut.turn.flush();
          else if (one.kind === 'stop') sink.isStopped = true;
          else if (one.kind === 'later') clock.steadyMs += 700;
          else {
            sink.isStopped = false;
            sink.drain();
          }
        }
        fanOut.turn.flush();
        sink.isStopped = false;
        await turns(sink, 12);
        const received = receivedBy(sink);
        expect(received.length).toBe(subscriber.counts.deliveredCount);
        expect(subscriber.counts.deliveredCount + subscriber.counts.dropped.total).toBe(published);
        expect(fanOut.memory.pinnedBytes).toBe(0);
        let last = 0;
        for (const { sequence, bits } of received) {
          expect(sequence).toBeGreaterThan(last);
          // The notice comes with the first message after a loss, and only then.
          expect((bits & BlockBit.dropped) !== 0).toBe(sequence !== last + 1);
          last = sequence;
        }
      },
    ),
    { numRuns: 300 },
  );
});
