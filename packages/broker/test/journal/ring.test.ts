import { expect, test } from 'vitest';
import { recordHeadBytes } from '../../src/journal/format.js';
import { Control, ringMemory } from '../../src/journal/ring.js';
import { RingInput } from '../../src/journal/ring-input.js';
import { RingOutput } from '../../src/journal/ring-output.js';
import { OpenSpan } from '../../src/journal/ring-span.js';
import { type Random, randomOf } from './recorded-files.js';

/** A record as it stands in a block, from the same figures that a span is given. */
function recordOf(id: number, sequence: number, timeUs: number, frames: Uint8Array): Buffer {
  const record = Buffer.alloc(recordHeadBytes + frames.length);
  record.writeUInt32BE(frames.length, 0);
  record.writeUInt32BE(id, 4);
  record.writeBigUInt64BE(BigInt(sequence), 8);
  record.writeBigInt64BE(BigInt(timeUs), 16);
  record.set(frames, recordHeadBytes);
  return record;
}

const halves = (value: number) => ({ high: Math.floor(value / 2 ** 32), low: value >>> 0 });

/** A read with messages of random sizes, at a random alignment, and their records. */
function randomRead(random: Random, count: number, maxBytes: number) {
  const sizes = Array.from({ length: count }, () => 1 + Math.floor(random() * maxBytes));
  const start = Math.floor(random() * 16);
  const buf = Buffer.allocUnsafeSlow(start + sizes.reduce((sum, size) => sum + size, 0));
  for (let at = 0; at < buf.length; at++) buf[at] = Math.floor(random() * 256);
  let end = start;
  const messages = sizes.map((size) => {
    const from = end;
    end += size;
    const id = 1 + Math.floor(random() * 1_000);
    const sequence = Math.floor(random() * 2 ** 40);
    const timeUs = Math.floor(random() * 2 ** 50);
    return { from, end, id, sequence, timeUs, record: recordOf(id, sequence, timeUs, buf.subarray(from, end)) };
  });
  return { buf, messages };
}

/** Fills a span with a read. Gives each span that is full, and the last one, to `put`. */
function fill(span: OpenSpan, { buf, messages }: ReturnType<typeof randomRead>, put: () => void): void {
  for (const { from, end, id, sequence, timeUs } of messages) {
    if (!span.continues(buf, from, end)) {
      if (span.count > 0) put();
      span.begin(buf, from);
    }
    const [at, time] = [halves(sequence), halves(timeUs)];
    span.add(end, { id, sequenceHigh: at.high, sequenceLow: at.low }, { highUs: time.high, lowUs: time.low });
  }
  put();
}

test('messages come out of the ring as they went in, whatever their sizes, alignment and place in the ring', () => {
  const random = randomOf(29);
  const memory = ringMemory(65_536);
  const [input, output] = [new RingInput(memory), new RingOutput(memory)];
  const span = new OpenSpan(input);
  const [sent, got]: [Buffer[], Buffer[]] = [[], []];
  let controlCount = 0;
  const take = (): void => {
    input.publish();
    for (let taken = output.take(20_000); taken !== null; taken = output.take(20_000)) {
      if (taken.kind === 'control') got.push(Buffer.from(taken.body));
      else got.push(Buffer.from(taken.records.subarray(0, taken.end)));
      output.release();
    }
  };
  for (let round = 0; round < 2_000; round++) {
    const [count, maxBytes] = random() < 0.1 ? [2, 9_000] : [1 + Math.floor(random() * 40), 300];
    const read = randomRead(random, count, maxBytes);
    sent.push(...read.messages.map(({ record }) => record));
    fill(span, read, () => {
      if (!span.putInto(input)) {
        take();
        expect(span.putInto(input)).toBe(true);
      }
      span.clear();
    });
    if (random() < 0.1) {
      take();
      const body = Buffer.from(`control ${controlCount++}`);
      expect(input.addControl(Control.topics, 1, body)).toBe(true);
      sent.push(body);
    }
    if (random() < 0.3) take();
  }
  take();
  expect(Buffer.concat(got).equals(Buffer.concat(sent))).toBe(true);
  expect(controlCount).toBeGreaterThan(50);
});

test('a span that finds no room can be copied as records', () => {
  const memory = ringMemory(4_096);
  const input = new RingInput(memory);
  const span = new OpenSpan(input);
  const read = randomRead(randomOf(3), 3, 100);
  while (input.addControl(Control.topics, 1, Buffer.alloc(100)));
  fill(span, read, () => {
    expect(span.putInto(input)).toBe(false);
    expect(span.records().equals(Buffer.concat(read.messages.map(({ record }) => record)))).toBe(true);
  });
});

test('a span ends with the read, at another buffer, at a message that does not follow, and before it takes too much of the ring', () => {
  const span = new OpenSpan({ sizeBytes: 4_096 });
  const [buf, other] = [Buffer.alloc(1_000), Buffer.alloc(1_000)];
  const head = { id: 1, sequenceHigh: 0, sequenceLow: 1 };
  const now = { highUs: 0, lowUs: 0 };
  span.begin(buf, 10);
  span.add(20, head, now);
  expect(span.continues(buf, 20, 30)).toBe(true);
  expect(span.continues(other, 20, 30)).toBe(false);
  expect(span.continues(buf, 21, 30)).toBe(false);
  expect(span.continues(buf, 20, 10 + 512)).toBe(true);
  expect(span.continues(buf, 20, 10 + 513)).toBe(false);
  span.clear();
  expect({ count: span.count, continues: span.continues(buf, 20, 30) }).toEqual({ count: 0, continues: false });
});
