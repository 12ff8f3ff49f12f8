import { BlockBit } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { Faults } from '../../src/market/reader/faults.js';
import { newestSequences } from '../../src/market/reader/published.js';
import { SequenceCheck } from '../../src/market/reader/sequence-check.js';

type Delivery = readonly [topic: number, sequence: number, bits?: number, conflatedCount?: number];

function checked(startSequence: number, deliveries: readonly Delivery[]): { check: SequenceCheck; kinds: string[] } {
  const faults = new Faults();
  const check = new SequenceCheck(3, startSequence, faults);
  for (const [topic, sequence, bits = 0, count = 0] of deliveries) check.onDelivery(topic, sequence, bits, count);
  check.checkNewest(check.newest.slice());
  return { check, kinds: faults.list().map(({ kind }) => kind) };
}

const { snapshot: image, conflated, dropped } = BlockBit;

test('images and what follows them are in order, and a live message may come instead of an image', () => {
  const { check, kinds } = checked(0, [
    [0, 7, image],
    [1, 3],
    [0, 8],
    [2, 5, image],
    [1, 4],
  ]);
  expect(kinds).toEqual([]);
  expect([...check.newest]).toEqual([8, 4, 5]);
  expect([check.seenTopicCount, check.imageCount, check.deliveredCount, check.sequenceSum]).toEqual([3, 2, 3, 17]);
});

test('a conflated delivery stands for all updates since the last one', () => {
  const { check, kinds } = checked(1, [
    [0, 2],
    [0, 7, conflated, 5],
    [1, 3, conflated, 2],
  ]);
  expect(kinds).toEqual([]);
  expect([check.updateCount, check.conflatedCount]).toEqual([8, 2]);
});

test('a count that stopped at 65,535 may stand for more', () => {
  expect(checked(1, [[0, 70_001, conflated, 65_535]]).kinds).toEqual([]);
});

test.each<readonly [kind: string, startSequence: number, deliveries: readonly Delivery[]]>([
  ['gap', 1, [[0, 3]]],
  [
    'gap',
    0,
    [
      [0, 7, image],
      [0, 9],
    ],
  ],
  ['gap', 1, [[0, 7, conflated, 5]]],
  [
    'duplicate',
    1,
    [
      [0, 2],
      [0, 2],
    ],
  ],
  [
    'duplicate',
    0,
    [
      [0, 2, image],
      [0, 2, image],
    ],
  ],
  [
    'duplicate',
    0,
    [
      [0, 2],
      [0, 2, image],
    ],
  ],
  [
    'older after newer',
    1,
    [
      [0, 2],
      [0, 3],
      [0, 2],
    ],
  ],
  [
    'older after newer',
    0,
    [
      [0, 9],
      [0, 8, image],
    ],
  ],
  [
    'image after a delivery',
    0,
    [
      [0, 9],
      [0, 10, image],
    ],
  ],
  ['conflated count too high', 1, [[0, 3, conflated, 3]]],
  ['drop notice', 1, [[0, 2, dropped]]],
  ['unknown topic', 1, [[3, 2]]],
])('finds: %s', (kind, startSequence, deliveries) => {
  expect(checked(startSequence, deliveries).kinds).toEqual([kind]);
});

test('a gap after a drop notice differs from a gap without one', () => {
  const { check, kinds } = checked(1, [
    [1, 3, dropped],
    [0, 4],
    [2, 5, image],
  ]);
  expect(kinds).toEqual(['drop notice', 'gap after a drop notice']);
  expect([...check.newest]).toEqual([4, 3, 5]);
});

test('the newest sequence of each topic is what was published to it, in turn and from topic 0 on', () => {
  const newest = newestSequences(3, 1, [4, 2]);
  expect([...newest]).toEqual([4, 3, 2]);
  const faults = new Faults();
  const check = new SequenceCheck(3, 1, faults);
  for (const sequence of [2, 3, 4]) check.onDelivery(0, sequence, 0, 0);
  check.checkNewest(newest);
  expect(faults.list()).toEqual([{ kind: 'wrong newest', count: 2, first: 'sz000001.tick ended at 1, not 3' }]);
});
