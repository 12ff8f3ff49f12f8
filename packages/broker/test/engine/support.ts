import { type MessageParts, MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import type { Origin } from '../../src/engine/route/origin.js';
import { Guard } from '../../src/guard.js';
import type { EngineConfig } from '../../src/port-config.js';
import { noEncryption } from '../../src/port-encryption.js';

/** Limits that no test reaches by chance. */
export const testLimits = { outboxBytes: 1 << 26, outboxMessageCount: 10_000, outboxTotalBytes: 1 << 30 };

/** A whole configuration on free ports of the loopback interface. */
export const testConfig: EngineConfig = {
  host: '127.0.0.1',
  pubPort: 0,
  subPort: 0,
  server: 'pulsemq/test',
  clientServers: [],
  webSocket: { allowedOrigins: [], relayPass: '' },
  legacySubscribers: true,
  pingIntervalMs: 30_000,
  pingTimeoutMs: 3_000,
  handshakeTimeoutMs: 5_000,
  maxConnectionsPerUser: 10,
  maxSubscriptionsPerConnection: 500,
  maxTopicsPerNamespace: 1_000,
  topicLevelCount: 3,
  outboxMessageCount: testLimits.outboxMessageCount,
  outboxBytes: testLimits.outboxBytes,
  outboxTotalBytes: testLimits.outboxTotalBytes,
  pacingMs: 5,
  cluster: null,
  imageTotalBytes: 1 << 26,
  encryption: noEncryption,
  limits: {
    connectionCount: 10_000,
    connectionsPerAddress: 10_000,
    pendingCount: 5_000,
    pendingPerAddress: 5_000,
    loginTimeoutMs: 30_000,
    handshakesPerSecond: 100_000,
    inboundBytesPerUser: 1 << 28,
    inboundBytes: 1 << 30,
    unreadReplyBytes: 1 << 20,
    namespaceCount: 1_000,
    topicCount: 100_000,
    topicsPerUser: 100_000,
    subscriptionCount: 100_000,
    replayCount: 100,
    replaysPerUser: 10,
    openBarCount: 100_000,
    publishRatePerUser: 0,
    publishBytesPerUser: 0,
  },
};

/** Fails the test that causes an error inside a handler. */
export const testGuard = new Guard((text) => {
  throw new Error(text);
});

/** A publisher that stays. */
export const testOrigin: Origin = {
  user: { id: 1 },
  endedSteadyMs: null,
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
