import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalReader, ReadOnlyFiles } from '@pulsemq/broker/journal';
import type { ReceivedMessage } from '@pulsemq/client';
import { encodeEnd, encodeHead, encodeMessage } from '../src/recording/recording-format.js';
import { callInProcess } from './in-process-command.js';

/** Recordings of tests, and the journals that they are imported into. */

export const startMs = Date.now() - 3_600_000;

/** A message of a recording: its number says when it was received. */
export const message = (topic: string, sequence: number, atMs: number, more: Partial<ReceivedMessage> = {}) =>
  ({
    namespace: 'market',
    topic,
    username: 'feed',
    format: 'string',
    compressed: null,
    epoch: 7,
    sequence,
    receivedAt: startMs + atMs,
    timestamp: startMs + atMs - 1,
    payload: Buffer.from(`{"price":${sequence}}`),
    isSnapshot: false,
    isConflated: false,
    afterDrop: false,
    doNotConflate: false,
    maybeDuplicate: false,
    ...more,
  }) as ReceivedMessage;

/** Writes a recording. */
export function recording(
  cwd: string,
  messages: readonly ReceivedMessage[],
  ending = encodeEnd(messages.length),
): string {
  const records = messages.flatMap((one) => [encodeMessage(one), one.payload]);
  writeFileSync(join(cwd, 'day.pmq'), Buffer.concat([encodeHead(startMs), ...records, ending]));
  return 'day.pmq';
}

/** The messages of a journal, in its order. */
export function stored(cwd: string, name = 'journal') {
  const reader = new JournalReader(new ReadOnlyFiles(join(cwd, name)));
  const found = [...reader.scan({ fromUs: 0, toUs: Number.MAX_SAFE_INTEGER, wants: () => true })];
  reader.close();
  return found;
}

export const importInto = (cwd: string, ...args: string[]) => callInProcess(['journal', 'import', ...args], { cwd });
