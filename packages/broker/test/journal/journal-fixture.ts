import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage, writeI64, writeU32 } from '@pulsemq/zmtp';
import { recordHeadBytes, type TopicEntry } from '../../src/journal/format.js';
import { SegmentWriter } from '../../src/journal/segment-writer.js';
import type { RecordedFiles } from './recorded-files.js';

/** A message of a test. */
export interface TestMessage {
  readonly topic: TopicEntry;
  readonly sequence: number;
  readonly timeUs: number;
  readonly payload: Buffer;
}

export const startUs = 1_764_460_800_000_000;

export const topicEntry = (number: number, key: string, epoch = 7): TopicEntry => ({ number, epoch, key });

/** The six frames of a message, as a publisher sends them. */
export function framesOfTest({ topic, payload }: Pick<TestMessage, 'topic' | 'payload'>): Buffer {
  const [namespace, name] = topic.key.split(':');
  return Buffer.from(
    encodeMessage(
      messageFrames({
        type: MessageType.pub,
        format: 1,
        namespace: namespace!,
        topic: name!,
        username: 'feed',
        payload,
        timestamp: 1,
      }),
    ),
  );
}

/** The record of a message, as the engine puts it into the ring. */
export function recordOfTest(message: TestMessage): Buffer {
  const frames = framesOfTest(message);
  const record = Buffer.alloc(recordHeadBytes + frames.length);
  writeU32(record, 0, frames.length);
  writeU32(record, 4, message.topic.number);
  writeI64(record, 8, message.sequence);
  writeI64(record, 16, message.timeUs);
  frames.copy(record, recordHeadBytes);
  return record;
}

/** Messages of several topics in turn, a millisecond apart. */
export function testMessages(topics: readonly TopicEntry[], count: number, payloadBytes = 40): TestMessage[] {
  const sequences = new Map<number, number>();
  return Array.from({ length: count }, (_, index) => {
    const topic = topics[index % topics.length]!;
    const sequence = (sequences.get(topic.number) ?? 0) + 1;
    sequences.set(topic.number, sequence);
    const payload = Buffer.alloc(payloadBytes, `${topic.key} ${sequence} `);
    return { topic, sequence, timeUs: startUs + index * 1_000, payload };
  });
}

/** Writes messages into a segment, `atOnce` with each write, and closes it. */
export function writeSegment(
  files: RecordedFiles,
  number: number,
  messages: readonly TestMessage[],
  { atOnce = 10, isClosed = true }: { atOnce?: number; isClosed?: boolean } = {},
): void {
  const topics = new Map(messages.map(({ topic }) => [topic.number, topic]));
  const writer = new SegmentWriter(files, number, messages[0]?.timeUs ?? startUs, (topic) => topics.get(topic)!);
  for (let index = 0; index < messages.length; index += atOnce) {
    const records = Buffer.concat(messages.slice(index, index + atOnce).map(recordOfTest));
    writer.write(records, 0, records.length);
  }
  if (isClosed) writer.close();
  else writer.abandon();
}
