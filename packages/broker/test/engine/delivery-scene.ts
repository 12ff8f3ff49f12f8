import { MessageType } from '@pulsemq/protocol';
import type { WirePeer } from './wire-peer.js';

/** What publishers and subscribers send, and how a test reads to the end. */

export const pub = (topic: string, payload = 'x', more: object = {}) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username: 'publisher',
  payload: Buffer.from(payload),
  ...more,
});

export const sub = (pattern: string, namespace = 'market') => ({ type: MessageType.sub, namespace, topic: pattern });
export const unsub = (pattern: string, namespace = 'market') => ({
  type: MessageType.unsub,
  namespace,
  topic: pattern,
});

/** Payloads up to and including the one that says "end", which every subscriber of these tests wants. */
export async function untilEnd(peer: WirePeer): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const delivery = await peer.delivery();
    if (delivery.topic === 'end') return seen;
    seen.push(`${delivery.namespace}:${delivery.topic}=${Buffer.from(delivery.payload)}`);
  }
}
