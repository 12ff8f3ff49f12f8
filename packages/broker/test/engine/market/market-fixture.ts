import { type MessageParts, MessageType } from '@pulsemq/protocol';
import type { EngineConfig } from '../../../src/port-config.js';
import type { EngineTopic } from '../../../src/port-entitlements.js';
import { type RunningEngine, startEngine, testEntitlements } from '../engine-fixture.js';
import type { Delivery, WirePeer } from '../wire-peer.js';

/** An engine whose namespaces keep last values. */
export const startMarket = (
  config: Partial<EngineConfig> = {},
  topics: readonly EngineTopic[] = [],
): Promise<RunningEngine> => {
  const namespaces = testEntitlements.namespaces.map((namespace) => ({ ...namespace, keepLastValue: true }));
  return startEngine(config, { ...testEntitlements, namespaces }, topics);
};

/** Options in the payload of a SUB. */
export interface SubOptions {
  readonly lane?: number;
  readonly onSlow?: string;
  readonly maxRate?: number;
  readonly snapshot?: boolean;
  readonly status?: boolean;
  readonly request?: number;
  readonly replay?: object;
}

export const sub = (topic: string, options: SubOptions = {}, namespace = 'market'): MessageParts => ({
  type: MessageType.sub,
  namespace,
  topic,
  payload: Buffer.from(JSON.stringify(options)),
});

export const unsub = (topic: string, lane = 0): MessageParts => ({
  type: MessageType.unsub,
  namespace: 'market',
  topic,
  payload: Buffer.from(JSON.stringify({ lane })),
});

export const pub = (topic: string, payload: string, more: Partial<MessageParts> = {}): MessageParts => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  username: 'publisher',
  payload: Buffer.from(payload),
  ...more,
});

/** What a delivery says in short: `topic=payload`, with `~` before an image. */
export const inShort = ({ topic, payload, block }: Delivery): string =>
  `${(block?.bits ?? 0) & 1 ? '~' : ''}${topic}=${Buffer.from(payload)}`;

/** The body of a message of the broker's own. */
export const bodyOf = ({ payload }: Delivery): Record<string, unknown> =>
  JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;

/** Everything up to the next SNAPSHOT_END, and that. */
export async function untilSnapshotEnd(peer: WirePeer): Promise<{ seen: Delivery[]; end: Delivery }> {
  const seen: Delivery[] = [];
  for (;;) {
    const delivery = await peer.delivery();
    if (delivery.header.type === MessageType.snapshotEnd) return { seen, end: delivery };
    seen.push(delivery);
  }
}
