import { setTimeout as pause } from 'node:timers/promises';
import { FlatOut } from '../load/flat-out.js';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchUsername, openAckedPublisher } from '../wire/pulsemq.js';

export const payloadBytes = 100;
const recordHeadBytes = 24;
/** Unacknowledged publishes, at most. */
const windowCount = 20_000;
const lookMs = 10;

/** Publishes to the topics in turn until the journal has about `bytes`. Resolves with the number of messages of each topic, at least. */
export async function fill(address: PeerAddress, topics: readonly string[], bytes: number): Promise<number> {
  const link = await openAckedPublisher(address, benchUsername);
  const recordBytes = recordHeadBytes + link.encode(topics[0]!, Buffer.alloc(payloadBytes)).length;
  const wantedCount = Math.ceil(bytes / recordBytes);
  const feed = new FlatOut(link, {
    kind: 'publish',
    wire: 'pulsemq',
    address,
    topics,
    payloadBytes,
    schedule: null,
    isStamped: false,
    linkCount: 1,
    windowCount,
    writeGapMs: 0,
  });
  const closed = new Promise<never>((_, reject) => {
    link.socket.once('close', () => reject(new Error('the broker closed the connection of the publisher')));
  });
  await Promise.race([closed, until(() => feed.count >= wantedCount)]);
  feed.stop();
  await Promise.race([closed, until(() => feed.ackedCount === feed.count)]);
  closed.catch(() => {});
  link.socket.destroy();
  return Math.floor(feed.count / topics.length);
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await pause(lookMs);
}
