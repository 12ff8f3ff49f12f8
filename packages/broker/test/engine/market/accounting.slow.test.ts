import { BlockBit, matchPattern, PubFlag } from '@pulsemq/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { slowPolicies } from '../../../src/engine/fanout/subscriber/policy.js';
import { PolicyScene, type Reader, type Received } from './policy-scene.js';

/** Random histories of slow, stopped, bursty and leaving readers of every policy, against the account. */

const topics = ['a', 'b', 'c.d', 'e'];
const patterns = ['>', 'a', '*'];

const reader = fc.nat(7);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      topic: fc.nat(topics.length - 1),
      bytes: fc.oneof(fc.constant(40), fc.nat(3_000), fc.constant(70_000)),
      isWhole: fc.nat(9).map((roll) => roll === 1),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('endTurn' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('stop' as const), reader }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('go' as const), reader }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), reader }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('move' as const), reader, pattern: fc.constantFrom(null, ...patterns) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(40) }) },
);
const readerKind = fc.record({
  policy: fc.constantFrom(...slowPolicies),
  pattern: fc.constantFrom(...patterns),
  rate: fc.constantFrom(null, null, 50, 100),
});
const history = fc.record({
  readers: fc.array(readerKind, { minLength: 1, maxLength: 8 }),
  actions: fc.array(action, { minLength: 20, maxLength: 200 }),
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const limits = { outboxBytes: 60_000, outboxMessageCount: 30, outboxTotalBytes: 250_000 };

test('published x matched = delivered + dropped + conflated, for every reader and topic, and order never goes back', () => {
  fc.assert(
    fc.property(history, ({ readers: kinds, actions }) => {
      const scene = new PolicyScene(limits, 200_000);
      const readers = kinds.map(({ policy, pattern, rate }) => scene.reader(policy, pattern, rate));
      const patternOf: (string | null)[] = kinds.map(({ pattern }) => pattern);
      const isGone = readers.map(() => false);
      const wholesOf = readers.map(() => new Set<string>());
      const matches = kinds.map(() => 0);
      const topicMatches = topics.map(() => 0);
      const at = (index: number): number => index % readers.length;
      for (const one of actions) {
        // A read ends before anything else happens.
        if (one.kind !== 'publish') scene.intake.endRead();
        switch (one.kind) {
          case 'publish': {
            const topic = topics[one.topic]!;
            scene.publish(topic, one.bytes, one.isWhole ? { flags: PubFlag.doNotConflate } : {});
            for (const [index, pattern] of patternOf.entries()) {
              if (pattern === null || !matchPattern(pattern, topic)) continue;
              matches[index]!++;
              if (one.isWhole) wholesOf[index]!.add(`market:${topic} ${scene.route(topic).sequence}`);
              topicMatches[one.topic]!++;
            }
            break;
          }
          case 'endTurn':
            scene.endTurn();
            break;
          case 'stop':
            readers[at(one.reader)]!.sink.isStopped = true;
            break;
          case 'go': {
            const { sink } = readers[at(one.reader)]!;
            sink.isStopped = false;
            sink.drain();
            break;
          }
          case 'leave':
            if (!isGone[at(one.reader)]) scene.close(readers[at(one.reader)]!);
            isGone[at(one.reader)] = true;
            patternOf[at(one.reader)] = null;
            break;
          case 'move': {
            const index = at(one.reader);
            if (isGone[index]) break;
            scene.place(readers[index]!.subscriber, one.pattern, kinds[index]!.rate);
            patternOf[index] = one.pattern;
            break;
          }
          default:
            vi.advanceTimersByTime(one.ms);
        }
      }
      settle(scene, readers);
      for (const [index, reader] of readers.entries()) {
        const { counts } = reader.subscriber;
        expect(reader.subscriber.matchedCount).toBe(matches[index]);
        expect(counts.deliveredCount + counts.dropped.total + counts.conflatedCount).toBe(matches[index]);
        checkReceived(reader, wholesOf[index]!, isGone[index]!);
      }
      checkTopics(scene, readers, topicMatches);
      scene.namespace.keepsLastValues = false;
      for (const topic of topics) scene.lastValues.forget(scene.route(topic));
      expect(scene.fanOut.memory.pinnedBytes).toBe(0);
    }),
    { numRuns: 300 },
  );
});

/** Lets every reader take everything. */
function settle(scene: PolicyScene, readers: readonly Reader[]): void {
  for (let round = 0; round < 60; round++) {
    scene.endTurn();
    for (const { sink } of readers) {
      sink.isStopped = false;
      sink.drain();
    }
    vi.advanceTimersByTime(40);
  }
}

/** What a reader got is what was counted, and in order. */
function checkReceived(
  { received, subscriber, sink }: Reader,
  wholeSequences: ReadonlySet<string>,
  isGone: boolean,
): void {
  const messages = received();
  const newest = new Map<string, number>();
  let standsForCount = 0;
  for (const { key, block } of messages) {
    expect(block.sequence).toBeGreaterThan(newest.get(key) ?? 0);
    newest.set(key, block.sequence);
    if ((block.bits & BlockBit.conflated) !== 0) {
      expect(block.conflatedCount).toBeGreaterThan(1);
      expect(wholeSequences.has(`${key} ${block.sequence}`)).toBe(false);
    }
    standsForCount += Math.max(1, block.conflatedCount);
  }
  const { counts } = subscriber;
  if (isGone) return;
  expect(messages.length).toBe(counts.deliveredCount);
  if (counts.dropped.total > 0 || sink.overflowReason !== null) return;
  expect(standsForCount - messages.length).toBe(counts.conflatedCount);
  checkWhole(messages, wholeSequences);
}

/** Every do-not-conflate message for the reader has arrived. */
function checkWhole(messages: readonly Received[], wholeSequences: ReadonlySet<string>): void {
  const got = new Set(messages.map(({ key, block }) => `${key} ${block.sequence}`));
  for (const whole of wholeSequences) expect(got).toContain(whole);
}

function checkTopics(scene: PolicyScene, readers: readonly Reader[], topicMatches: readonly number[]): void {
  const dropped = scene.fanOut.account.topicDrops.take();
  for (const [index, topic] of topics.entries()) {
    const route = scene.route(topic);
    expect(route.matchedCount).toBe(topicMatches[index]);
    const deliveredCount = readers
      .flatMap((reader) => reader.received())
      .filter(({ key }) => key === `market:${topic}`).length;
    expect(deliveredCount + (dropped.get(`market:${topic}`) ?? 0) + route.conflatedCount).toBe(route.matchedCount);
  }
}
