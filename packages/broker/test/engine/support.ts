import { type MessageParts, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import type { Origin } from '../../src/engine/route/origin.js';
import type { EngineConfig } from '../../src/port.js';

/** Limits that no test reaches by chance. */
export const testLimits = { outboxBytes: 1 << 26, outboxMessageCount: 10_000, outboxTotalBytes: 1 << 30 };

/** A whole configuration on free ports of the loopback interface. */
export const testConfig: EngineConfig = {
  host: '127.0.0.1',
  pubPort: 0,
  subPort: 0,
  server: 'pulsemq/test',
  legacySubscribers: true,
  pingIntervalMs: 30_000,
  pingTimeoutMs: 3_000,
  handshakeTimeoutMs: 5_000,
  maxConnectionsPerUser: 10,
  maxSubscriptionsPerConnection: 500,
  maxTopicsPerNamespace: 1_000,
  outboxMessageCount: testLimits.outboxMessageCount,
  outboxBytes: testLimits.outboxBytes,
  outboxTotalBytes: testLimits.outboxTotalBytes,
  pacingMs: 5,
  imageTotalBytes: 1 << 26,
};

/** A publisher that stays. */
export const testOrigin: Origin = {
  user: { id: 1 },
  isEnded: false,
  takesOver: true,
  publishedCount: 0,
  publishedBytes: 0,
  hold: () => {},
  release: () => {},
};

/** A message as it stands on the wire. */
export const wireMessage = (parts: MessageParts): Buffer => Buffer.from(encodeMessage(messageFrames(parts)));

/** A PUB of `user` to `market:topic`. */
export const wirePublish = (topic: string, payload: Uint8Array | string, more: Partial<MessageParts> = {}): Buffer =>
  wireMessage({
    type: MessageType.pub,
    namespace: 'market',
    topic,
    username: 'user',
    payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    ...more,
  });
