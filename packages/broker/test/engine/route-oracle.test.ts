import { matchPattern } from '@pulsemq/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Clock } from '../../src/engine/clock.js';
import { FanOut } from '../../src/engine/fanout/fan-out.js';
import { Subscriber } from '../../src/engine/fanout/subscriber/subscriber.js';
import { type Interest, interestSet } from '../../src/engine/route/interest.js';
import { InterestTable } from '../../src/engine/route/interest-table.js';
import { NamespaceTable } from '../../src/engine/route/namespace-table.js';
import { allTopics, PrefixSet } from '../../src/engine/route/prefix-set.js';
import { testGuard, testLimits } from './support.js';

/** Three letters are enough for everything to collide with everything. */
const level = fc.constantFrom('a', 'b', 'c');
const topic = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('.'));
const pattern = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '*'), { minLength: 0, maxLength: 2 }),
    fc.constantFrom('a', 'b', 'c', '*', '>'),
  )
  .map(([head, last]) => [...head, last].join('.'));
/** Plain prefixes; none means every topic. */
const plainPrefixes = fc.oneof(fc.constant([]), fc.subarray(['a', 'a.', 'a.b', 'b.c', 'c', 'c.']));
const interest: fc.Arbitrary<Interest> = fc
  .record({ namespace: fc.constantFrom('x', 'y'), pattern, plain: plainPrefixes })
  .map(({ plain, ...rest }) => ({ ...rest, prefixes: plain.length === 0 ? allTopics : new PrefixSet(plain) }));

const step = fc.oneof(
  fc.record({ kind: fc.constant('place' as const), who: fc.nat(4), interests: fc.array(interest, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('remove' as const), who: fc.nat(4) }),
  fc.record({ kind: fc.constant('publish' as const), namespace: fc.constantFrom('x', 'y'), topic }),
);

const wants = (interests: readonly Interest[], namespace: string, name: string): boolean =>
  interests.some(
    (one) =>
      one.namespace === namespace &&
      matchPattern(one.pattern, name) &&
      one.prefixes.prefixes.some((prefix) => name.startsWith(prefix)),
  );

test('random placing, removing and publishing agrees with a brute-force oracle', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const fanOut = new FanOut(testLimits, new Clock(), testGuard);
      const namespaces = new NamespaceTable();
      const table = new InterestTable(namespaces, fanOut);
      const sink = { write: () => {}, overflow: () => {}, pendingBytes: 0 };
      const subscribers = Array.from({ length: 5 }, () => new Subscriber(sink, fanOut));
      const held: Interest[][] = subscribers.map(() => []);
      for (const one of steps) {
        if (one.kind === 'place') {
          table.place(subscribers[one.who]!, interestSet(one.interests));
          held[one.who] = one.interests;
        } else if (one.kind === 'remove') {
          table.remove(subscribers[one.who]!);
          held[one.who] = [];
        } else {
          const namespace = namespaces.ofOrNew(one.namespace);
          const route = namespace.route(one.topic) ?? namespace.addRoute(1, one.topic, 1);
          const reached = namespace.groupsOf(route).flatMap((group) => group.members);
          const expected = subscribers.filter((_, who) => wants(held[who]!, one.namespace, one.topic));
          // As a list, not as a set: overlapping subscriptions must not reach a subscriber twice.
          expect(reached.length).toBe(expected.length);
          expect(new Set(reached)).toEqual(new Set(expected));
        }
      }
      for (const subscriber of subscribers) table.remove(subscriber);
      expect(table.groupCount).toBe(0);
    }),
    { numRuns: 2_000 },
  );
});

test('a set of prefixes covers a topic exactly when one of them is its beginning', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), text, (prefixes, name) => {
      expect(new PrefixSet(prefixes).covers(name)).toBe(prefixes.some((prefix) => name.startsWith(prefix)));
    }),
    { numRuns: 5_000 },
  );
});
