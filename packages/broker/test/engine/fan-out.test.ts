import { BlockBit, decodeDeliveryBlock } from '@pulsemq/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Clock } from '../../src/engine/clock.js';
import { LargeMessage } from '../../src/engine/fanout/batch/message.js';
import { frameBody, messageEnd } from '../../src/engine/fanout/batch/message-walk.js';
import { FanOut } from '../../src/engine/fanout/fan-out.js';
import { Subscriber } from '../../src/engine/fanout/subscriber/subscriber.js';
import { Intake } from '../../src/engine/route/accept.js';
import { interestSet } from '../../src/engine/route/interest.js';
import { InterestTable } from '../../src/engine/route/interest-table.js';
import { LastValues } from '../../src/engine/route/memory/last-values.js';
import { NamespaceTable } from '../../src/engine/route/namespace-table.js';
import { allTopics } from '../../src/engine/route/prefix-set.js';
import { LargeReader } from '../../src/engine/session/wire/large-reader.js';
import { Located, locate, RequestSpan } from '../../src/engine/session/wire/message-locator.js';
import { StoppableSink } from './stoppable-sink.js';
import { testGuard, testLimits, testOrigin, wirePublish } from './support.js';

interface Received {
  readonly sequence: number;
  readonly bits: number;
}

/** Whole messages only, or this throws. */
function receivedBy(sink: StoppableSink): Received[] {
  const bytes = Buffer.concat(sink.taken);
  const received: Received[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = messageEnd(bytes, at);
    const block = decodeDeliveryBlock(bytes.subarray(frameBody(bytes, at, 6), end))!;
    received.push({ sequence: block.sequence, bits: block.bits });
    at = end;
  }
  return received;
}

function scene(limits = testLimits) {
  const clock = new Clock();
  const fanOut = new FanOut(limits, clock, testGuard);
  const namespaces = new NamespaceTable();
  const interest = new InterestTable(namespaces, fanOut);
  const route = namespaces.ofOrNew('market').addRoute(1, 't', 7);
  const intake = new Intake(fanOut, new LastValues(0, clock, fanOut.memory));
  const publish = (payloadBytes: number): void => {
    const wire = wirePublish('t', Buffer.alloc(payloadBytes, route.sequenceLow + 1));
    const span = new RequestSpan();
    if (locate(wire, 0, wire.length, span) === Located.whole) return intake.accept(route, span, testOrigin);
    if (route.sequenceLow % 2 === 0) {
      const chunks = [wire.subarray(0, span.payloadEnd)];
      return intake.accept(route, new LargeMessage(chunks, [], Buffer.alloc(0), payloadBytes), testOrigin);
    }
    const reader = new LargeReader(span, fanOut.memory.chunks);
    for (let at = 0; !reader.isWhole; ) at = reader.push(wire, at, wire.length);
    intake.accept(route, reader.message(), testOrigin);
  };
  const join = () => {
    const sink = new StoppableSink();
    const subscriber = new Subscriber(sink, fanOut);
    interest.place(subscriber, interestSet([{ namespace: 'market', pattern: '>', prefixes: allTopics }]));
    return { sink, subscriber };
  };
  return { clock, fanOut, interest, publish, join };
}

/** Runs the loop until nothing is scheduled: pumps go on in `setImmediate`. */
const turns = async (sink: StoppableSink, count = 400): Promise<void> => {
  for (let turn = 0; turn < count; turn++) {
    sink.drain();
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const sequences = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

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
