import { MessageType, PubFlag, parseMessage } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import type { WirePeer } from '../engine/wire-peer.js';

/** A known run: what its publishers send, and what its clients count. */

export const rounds = 700;
export const namespaces = ['market', 'orders'];
/** Equal names in both namespaces. */
const topics = ['a', 'b.x', 'b.y', 'c.x.1'];
export const keys = namespaces.flatMap((namespace) => topics.map((topic) => `${namespace}:${topic}`));
const aheadMs = 3_600_000;
export const behindMs = 50;

/** Messages and bytes by some name. */
export class Tally {
  readonly counts = new Map<string, number>();
  readonly bytes = new Map<string, number>();

  add(name: string, bytes: number, count = 1): void {
    this.counts.set(name, this.count(name) + count);
    this.bytes.set(name, this.bytesOf(name) + bytes);
  }

  count(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  bytesOf(name: string): number {
    return this.bytes.get(name) ?? 0;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get totalBytes(): number {
    return [...this.bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

/** Takes what a subscriber has received into a tally by key. */
export async function takeReceived(peer: WirePeer, tally: Tally): Promise<void> {
  while (peer.messages.size > 0) {
    const frames = await peer.messages.next();
    const message = parseMessage(frames.slice(1));
    if (typeof message === 'string' || message.header.type !== MessageType.pub) throw new Error('not a delivery');
    tally.add(Buffer.from(frames[0]!).toString(), encodeMessage(frames).length);
  }
}

/** One round of a publisher: a message to each of its topics, every third of them ahead of the clock. */
export function publishRound(peer: WirePeer, username: string, round: number, sent: Tally, ahead: Tally): void {
  for (const [index, key] of keys.entries()) {
    const [namespace, topic] = key.split(':') as [string, string];
    const payload = Buffer.alloc(40 + ((round * 97 + index * 211) % 2_000), 120);
    const isAhead = (round + index) % 3 === 0;
    const timestamp = Date.now() + (isAhead ? aheadMs : -behindMs);
    peer.send({ type: MessageType.pub, flags: PubFlag.noReply, namespace, topic, username, payload, timestamp });
    sent.add(key, payload.length);
    if (isAhead) ahead.add(key, 0);
  }
}
