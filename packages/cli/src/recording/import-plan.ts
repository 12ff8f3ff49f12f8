import type { Readable } from 'node:stream';
import { checkNamespace, checkTopic, usernamePattern } from '@pulsemq/protocol';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { headBytes, type RecordedMessage, recordHeadBytes } from './recording-format.js';
import { RecordingReader } from './recording-reader.js';

/** Where a message lies in a recording: the bytes [start, end) of its record. */
export interface RecordPlace {
  readonly start: number;
  readonly end: number;
}

/** What of a recording is imported, in the order of its import. */
export interface ImportPlan {
  readonly places: readonly RecordPlace[];
  readonly topicCount: number;
  /** Times of receipt, Unix microseconds; 0 without messages. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** Images of last values, which are older than the recording, and messages that it has twice. */
  readonly leftOutCount: number;
  /** Why the recording is incomplete; null when it is complete. */
  readonly damage: string | null;
}

/**
 * Reads a whole recording and orders its messages by the time of their receipt: a journal is searched by time, and a recording of several topics
 * may be some microseconds out of order. Messages of one topic stay in their order. Throws a CommandError for a file that is not a recording, and for messages that a journal
 * cannot hold.
 */
export async function importPlan(file: string, source: Readable): Promise<ImportPlan> {
  const reader = new RecordingReader(source);
  await reader.open(file);
  const found: (RecordPlace & { readonly timeUs: number })[] = [];
  const lastTimes = new Map<string, number>();
  const lastSequences = new Map<string, number>();
  let start = headBytes;
  let leftOutCount = 0;
  for await (const message of reader.messages()) {
    const place = { start: start + recordHeadBytes, end: reader.offset };
    checkMessage(message, file, start);
    start = reader.offset;
    const topic = `${message.namespace}:${message.topic}`;
    const stream = `${topic} ${message.epoch}`;
    if (message.isSnapshot || message.sequence <= (lastSequences.get(stream) ?? 0)) {
      leftOutCount++;
      continue;
    }
    lastSequences.set(stream, message.sequence);
    const timeUs = Math.max(message.receivedAtUs, lastTimes.get(topic) ?? 0);
    lastTimes.set(topic, timeUs);
    found.push({ ...place, timeUs });
  }
  found.sort((left, right) => left.timeUs - right.timeUs);
  return {
    places: found,
    topicCount: lastTimes.size,
    firstUs: found[0]?.timeUs ?? 0,
    lastUs: found.at(-1)?.timeUs ?? 0,
    leftOutCount,
    damage: reader.damage,
  };
}

function checkMessage(message: RecordedMessage, file: string, at: number): void {
  const { namespace, topic, username, epoch, sequence, receivedAtUs } = message;
  const wrongName =
    checkNamespace(namespace) ?? checkTopic(topic) ?? (usernamePattern.test(username) ? undefined : 'a wrong username');
  if (wrongName !== undefined) {
    throw new CommandError(ExitCode.damaged, `${file}: the message at byte ${at} cannot be imported: ${wrongName}`);
  }
  if (epoch > 0 && sequence > 0 && receivedAtUs > 0) return;
  throw usageError(
    `${file}: the message at byte ${at} has no time or number of a broker, as brokers of the Python package send none; publish it with "pulsemq replay"`,
  );
}
