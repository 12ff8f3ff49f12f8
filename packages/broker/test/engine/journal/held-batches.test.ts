import { expect, test } from 'vitest';
import { Batch } from '../../../src/engine/fanout/batch/batch.js';
import { BatchMemory } from '../../../src/engine/fanout/batch/batch-memory.js';
import { messagesOf } from '../../../src/engine/fanout/batch/message-walk.js';
import { HeldBatches, streamName } from '../../../src/engine/fanout/subscriber/held-batches.js';
import { deliveryOf } from '../../../src/journal/record.js';
import { framesOfTest, startUs, topicEntry } from '../../journal/journal-fixture.js';
import { randomOf } from '../../journal/recorded-files.js';

const topics = [topicEntry(1, 'market:a'), topicEntry(2, 'market:b', 8), topicEntry(3, 'market:a', 9)];

interface Sent {
  readonly stream: string;
  readonly sequence: number;
}

/** A batch of small messages, or one large message, with what is in it. */
function batchOf(random: (limit: number) => number, sequences: number[]): { batch: Batch; sent: Sent[] } {
  const isLarge = random(5) === 0;
  const sent: Sent[] = [];
  const deliveries = Array.from({ length: isLarge ? 1 : 1 + random(6) }, () => {
    const index = random(topics.length);
    const topic = topics[index]!;
    sequences[index]! += 1 + random(2);
    const sequence = sequences[index]!;
    sent.push({ stream: streamName(topic.key, topic.epoch), sequence });
    const frames = framesOfTest({ topic, payload: Buffer.alloc(random(200)) });
    return deliveryOf({ key: topic.key, epoch: topic.epoch, sequence, receivedAtUs: startUs, frames });
  });
  const bytes = Buffer.concat(deliveries);
  const batch = isLarge ? largeOf(bytes) : new Batch(bytes, -1);
  batch.endBytes = bytes.length;
  batch.messageCount = deliveries.length;
  return { batch, sent };
}

/** In two pieces, the last of which is frame 6. */
function largeOf(bytes: Buffer): Batch {
  const tailBytes = 2 + 24;
  const batch = Batch.ofChunks([bytes.subarray(0, -tailBytes), bytes.subarray(-tailBytes)], bytes.length, 1);
  batch.tailBytes = tailBytes;
  return batch;
}

const sentIn = (batch: Batch): Sent[] =>
  [...messagesOf(batch, 0, batch.messageCount)].map(({ key, epoch, sequence }) => ({
    stream: streamName(key, epoch),
    sequence,
  }));

test('what waited is released without what the reader has had, in order, and every pin is given back', () => {
  const seeded = randomOf(5);
  const random = (limit: number): number => Math.floor(seeded() * limit);
  for (let round = 0; round < 200; round++) {
    const memory = new BatchMemory();
    const held = new HeldBatches(memory, 1 << 20);
    const sequences = topics.map(() => random(5));
    const all: Sent[] = [];
    let [bytes, count] = [0, 0];
    for (let left = random(8); left > 0; left--) {
      const { batch, sent } = batchOf(random, sequences);
      expect(held.hold(batch)).toBe(true);
      all.push(...sent);
      bytes += batch.endBytes;
      count += batch.messageCount;
    }
    const had = new Map(topics.map(({ key, epoch }, index) => [streamName(key, epoch), random(sequences[index]! + 2)]));
    const released: Sent[] = [];
    held.release(had, (batch, passedCount, passedBytes) => {
      count -= passedCount + (batch?.messageCount ?? 0);
      bytes -= passedBytes + (batch?.endBytes ?? 0);
      if (batch !== null) released.push(...sentIn(batch));
    });
    expect(released).toEqual(all.filter(({ stream, sequence }) => sequence > had.get(stream)!));
    expect([count, bytes, memory.pinnedBytes]).toEqual([0, 0, 0]);
  }
});

test('past its limit nothing more is held, also when it would fit, and all of it can be given up', () => {
  const memory = new BatchMemory();
  const held = new HeldBatches(memory, 1_000);
  const of = (bytes: number): Batch => {
    const batch = new Batch(Buffer.alloc(bytes), -1);
    batch.endBytes = bytes;
    return batch;
  };
  expect([held.hold(of(600)), held.hold(of(600)), held.hold(of(10)), held.isOverflown]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  const gone: number[] = [];
  held.discard(({ endBytes }) => gone.push(endBytes));
  expect([gone, memory.pinnedBytes]).toEqual([[600], 0]);
});
