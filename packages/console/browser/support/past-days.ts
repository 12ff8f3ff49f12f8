import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReceivedMessage } from '@pulsemq/client';
import { encodeEnd, encodeHead, encodeMessage } from '../../../cli/src/recording/recording-format.js';
import { Broker } from './broker.js';

const command = fileURLToPath(new URL('../../../cli/bin/pulsemq.js', import.meta.url));
const namespace = 'market_data';

/** A message that a broker received earlier. */
export interface PastMessage {
  readonly topic: string;
  readonly atMs: number;
  readonly payload: string;
}

/** The messages as a recording, as `pulsemq record` writes it. */
function recordingOf(messages: readonly PastMessage[]): Buffer {
  const numbers = new Map<string, number>();
  const records = messages.flatMap(({ topic, atMs, payload }) => {
    const sequence = (numbers.get(topic) ?? 0) + 1;
    numbers.set(topic, sequence);
    const flags = {
      isSnapshot: false,
      isConflated: false,
      afterDrop: false,
      doNotConflate: false,
      maybeDuplicate: false,
    };
    const message = {
      ...flags,
      namespace,
      topic,
      username: 'feed',
      format: 'string',
      compressed: null,
      epoch: 7,
      sequence,
      receivedAt: atMs,
      timestamp: atMs,
      payload: Buffer.from(payload),
    } as unknown as ReceivedMessage;
    return [encodeMessage(message), message.payload];
  });
  return Buffer.concat([encodeHead(messages[0]!.atMs), ...records, encodeEnd(messages.length)]);
}

/** Starts a broker whose journal has the messages of earlier days: its command imports them while it is stopped. */
export async function brokerWithPast(messages: readonly PastMessage[]): Promise<Broker> {
  const broker = await Broker.ready({ history: true });
  await broker.kill();
  writeFileSync(join(broker.folder, 'past.pmq'), recordingOf(messages));
  const { status, stderr } = spawnSync(process.execPath, [command, 'journal', 'import', 'past.pmq'], {
    cwd: broker.folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`pulsemq journal import ended with ${status}: ${stderr}`);
  await broker.upElsewhere();
  return broker;
}
