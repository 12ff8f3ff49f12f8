import { expect, test } from 'vitest';
import { Faults } from '../../src/market/reader/faults.js';
import { HeldCheck } from '../../src/market/reader/held-check.js';
import { SequenceCheck } from '../../src/market/reader/sequence-check.js';
import { SnapshotCheck } from '../../src/market/reader/snapshot-check.js';
import { StatusRecord } from '../../src/market/reader/status-record.js';
import { topicIndexOf, topicOf } from '../../src/market/topic-index.js';

const kindsOf = (faults: Faults): string[] => faults.list().map(({ kind }) => kind);

function endedSnapshot(imageCount: number, body: object, repeats = 1): string[] {
  const faults = new Faults();
  const sequences = new SequenceCheck(2, 0, faults);
  for (let topic = 0; topic < imageCount; topic++) sequences.onDelivery(topic, 5, 1, 0);
  const check = new SnapshotCheck(faults);
  const payload = JSON.stringify({ count: 3, left_out: 0, reason: 'complete', ...body });
  for (let round = 0; round < repeats; round++) check.onEnd(payload, sequences, 1, 10);
  expect(check.endedNs).toBe(10);
  return kindsOf(faults);
}

test('SNAPSHOT_END comes once, when every topic has arrived, and counts the images', () => {
  expect(endedSnapshot(2, {})).toEqual([]);
  expect(endedSnapshot(1, { count: 2 })).toEqual(['missing topics']);
  expect(endedSnapshot(2, { count: 4 })).toEqual(['wrong count']);
  expect(endedSnapshot(2, { reason: 'replaced' })).toEqual(['incomplete snapshot']);
  expect(endedSnapshot(2, { left_out: 1 })).toEqual(['incomplete snapshot']);
  expect(endedSnapshot(2, {}, 2)).toEqual(['second SNAPSHOT_END']);
});

test('a lane that reads again gets what was held, then each topic once', () => {
  const faults = new Faults();
  const check = new HeldCheck(Uint32Array.of(9, 9), faults);
  check.onDelivery(0, 3, 100);
  check.onDelivery(1, 4, 100);
  check.onDelivery(1, 9, 100);
  check.checkCount();
  expect(kindsOf(faults)).toEqual(['wrong number of newest values']);
  check.onDelivery(0, 8, 100);
  expect(kindsOf(faults)).toEqual(['wrong number of newest values', 'two deliveries of a topic']);
  expect([check.heldCount, check.heldBytes]).toEqual([3, 300]);
});

const body = { state: 'stale', publisher: 'present', since_us: 1, reason: 'silent', max_age_ms: 2_000 } as const;
const stale = { state: 'stale', reason: 'silent', since: 'lastMessage', leastMs: 1_995 } as const;

test('the delay of a status counts from the last message of its topic, and early ones are found', () => {
  const faults = new Faults();
  const record = new StatusRecord(2);
  for (const topic of [0, 1]) record.onDelivery(topic, 1e9, 1.01e9);
  record.onStatus(topicOf(0), JSON.stringify(body), 3.1e9);
  expect(record.missingCount(stale)).toBe(1);
  record.onStatus('', JSON.stringify({ topics: [{ topic: topicOf(1), ...body }] }), 2.9e9);
  expect(record.missingCount(stale)).toBe(0);
  expect(record.longestMs(stale, faults)).toBeCloseTo(2_100);
  expect(faults.list()).toEqual([{ kind: 'stale too early', count: 1, first: 'sz000001.tick after 1900.0 ms' }]);
  expect(record.missingCount({ ...stale, reason: 'publisher_gone' })).toBe(2);
  expect(record.longestMs({ ...stale, since: { atNs: 3e9 }, leastMs: -1_000 }, faults)).toBeCloseTo(100);
});

test('the delay back to live counts from the first message after the topic was stale', () => {
  const record = new StatusRecord(1);
  record.onDelivery(0, 1e9, 1e9);
  record.onStatus(topicOf(0), JSON.stringify(body), 3e9);
  record.onDelivery(0, 4e9, 4e9);
  record.onDelivery(0, 5e9, 5e9);
  record.onStatus(topicOf(0), JSON.stringify({ ...body, state: 'live', reason: null }), 5.5e9);
  const live = { state: 'live', reason: null, since: 'firstMessage', leastMs: 0 } as const;
  expect(record.longestMs(live, new Faults())).toBeCloseTo(1_500);
});

test('topics are known by their number, and others have none', () => {
  const key = Buffer.from('xxmarket:sz012345.tick');
  expect(topicIndexOf(key, 2, key.length)).toBe(12_345);
  expect(topicIndexOf(Buffer.from('market:bystander'), 0, 16)).toBe(-1);
});
