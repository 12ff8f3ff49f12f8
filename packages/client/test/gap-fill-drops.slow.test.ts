import { setInterval } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Gap, PulseMQClient } from '../src/index.js';
import { TestBroker } from './support/broker.js';

const count = 12_000;
const payload = Buffer.alloc(1_000, 'x');

/** Sequences that a subscription gets which does not read while more is published than the broker and the kernel hold for it. */
async function readSlowly(
  fillGaps: true | 'all',
  onSlow: 'dropOldest' | 'disconnect' = 'dropOldest',
): Promise<{ sequences: number[]; recoveredCount: number; gaps: Gap[] }> {
  const broker = await TestBroker.start({ broker: { backlog_bytes: 65_536 } });
  await broker.historyNamespace('market');
  const reader = await broker.connected({ fillGaps });
  const writer = await broker.connected();
  const gaps: Gap[] = [];
  reader.on('gap', (gap) => gaps.push(gap));
  // A lane that was closed is reported there.
  reader.on('error', () => {});
  const subscription = await reader.subscribe('market', '>', { onFull: 'pause', queueLimit: 10, onSlow });
  await writer.publishMany(
    'market',
    'a',
    Array.from({ length: count }, () => payload),
  );
  const sequences: number[] = [];
  let recoveredCount = 0;
  // The newest may be lost, too: only a later message shows that.
  const more = publishMore(writer, () => (sequences.at(-1) ?? 0) <= count);
  while ((sequences.at(-1) ?? 0) <= count) {
    const { value } = await subscription.next();
    sequences.push(value!.sequence);
    recoveredCount += Number(value!.isRecovered);
  }
  await more;
  return { sequences, recoveredCount, gaps };
}

/** 200 a second: a fill holds back up to 10,000 messages, and gives up past that. */
async function publishMore(writer: PulseMQClient, isWanted: () => boolean): Promise<void> {
  for await (const _ of setInterval(5)) {
    if (!isWanted()) return;
    await writer.publish('market', 'a', Buffer.from('more'));
  }
}

test('what a slow subscription has lost by its own policy is a gap, and is not asked for', async () => {
  const { sequences, recoveredCount, gaps } = await readSlowly(true);
  const missing = gaps.reduce((sum, { missedCount = 0 }) => sum + missedCount, 0);
  expect(missing).toBeGreaterThan(0);
  expect(sequences.length + missing).toBe(sequences.at(-1));
  expect(recoveredCount).toBe(0);
});

test('with fillGaps all, it is asked for, too', async () => {
  const { sequences, recoveredCount, gaps } = await readSlowly('all');
  expect(recoveredCount).toBeGreaterThan(0);
  expect(gaps).toEqual([]);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  expect(sequences.length).toBeGreaterThan(count);
});

test('what a subscription has missed that was disconnected for its slowness is asked for, as after a lost connection', async () => {
  const { sequences, recoveredCount, gaps } = await readSlowly(true, 'disconnect');
  expect(recoveredCount).toBeGreaterThan(0);
  expect(gaps).toEqual([]);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
});
