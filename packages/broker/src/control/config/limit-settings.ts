import { z } from 'zod';
import type { EngineLimits } from '../../port-limits.js';

const count = (min: number, max: number, description: string) => z.int().min(min).max(max).meta({ description });
const bytes = (min: number, max: number, description: string) =>
  z.int().min(min).max(max).meta({ unit: 'bytes', description });

/** Settings of `limits` that bound what one peer, one user, one address and all of them may use. */
export const limitSettings = {
  max_connections: count(1, 1_000_000, 'Open connections; fewer where the system has fewer descriptors').default(
    100_000,
  ),
  max_connections_per_address: count(1, 1_000_000, 'Open connections of one address (IPv6: of one /64)').default(
    20_000,
  ),
  max_pending_connections: count(
    1,
    1_000_000,
    'Connections without a log-in; past it the oldest of the address with the most is closed',
  ).default(20_000),
  max_pending_per_address: count(
    1,
    1_000_000,
    'Connections of one address without a log-in; past it the oldest is closed',
  ).default(10_000),
  handshakes_per_second: count(1, 1_000_000, 'ZMTP handshakes begun in a second; further ones wait').default(5_000),
  inbound_bytes_per_user: bytes(
    1_048_576,
    2 ** 40,
    'Bytes of messages of one user that have begun to arrive; a further large message is refused',
  ).default(268_435_456),
  inbound_bytes_total: bytes(
    1_048_576,
    2 ** 40,
    'Bytes of messages of all users that have begun to arrive; a further large message is refused',
  ).default(1_073_741_824),
  unread_reply_bytes: bytes(
    65_536,
    2 ** 30,
    'Bytes of replies that one connection has not read; past it the broker stops reading from the connection',
  ).default(1_048_576),
  max_namespaces: count(1, 10_000_000, 'Maximum namespaces; a further one is refused with an error').default(10_000),
  max_topics: count(1, 10_000_000, 'Topics of all namespaces; a new topic past this is refused with an error').default(
    1_000_000,
  ),
  topics_per_user: count(1, 10_000_000, 'Topics that one user may create between two starts of the broker').default(
    200_000,
  ),
  max_subscriptions: count(1, 10_000_000, 'Subscriptions of all sessions').default(1_000_000),
  max_replays: count(1, 100_000, 'Replays of history that run at the same time; a further one is refused').default(64),
  replays_per_user: count(
    1,
    100_000,
    'Replays of history of one user that run at the same time; a further one is refused',
  ).default(8),
  max_open_bars: count(
    1,
    10_000_000,
    'Bars of all bar rules that have not ended, or still wait for late prices; further ones are left out',
  ).default(200_000),
  publish_rate_per_user: z
    .int()
    .min(0)
    .max(100_000_000)
    .meta({ unit: 'msg/s', description: 'Messages a second of one user; a faster publisher waits; 0: no limit' })
    .default(0),
  publish_bytes_per_user: z
    .int()
    .min(0)
    .max(2 ** 40)
    .meta({ unit: 'bytes/s', description: 'Payload bytes a second of one user; a faster publisher waits; 0: no limit' })
    .default(0),
} as const;

/** Settings of `limits` that the HTTP server keeps. */
export const httpLimitSettings = {
  max_http_connections: count(8, 1_000_000, 'Open connections to the console and the HTTP API').default(1_000),
  max_http_connections_per_address: count(
    1,
    1_000_000,
    'Open HTTP connections of one address (IPv6: of one /64); trusted proxies have no such limit',
  ).default(200),
} as const;

/** `auth.login_timeout_sec`. */
export const loginTimeout = z
  .int()
  .min(1)
  .max(3_600)
  .meta({ unit: 's', description: 'A connection to the publisher port must log in within this time' })
  .default(30);

type Values<Settings extends Record<string, z.ZodType>> = {
  readonly [Key in keyof Settings]: z.output<Settings[Key]>;
};
type LimitValues = Values<typeof limitSettings> & Values<typeof httpLimitSettings>;

/** Descriptors that the broker needs besides those of connections: log, database, threads. */
const ownDescriptorCount = 64;
/** HTTP connections get this part of the descriptors at most. */
const httpShare = 1 / 8;

/** HTTP connections that may be open: `limits.max_http_connections`, fewer where the system has few descriptors. */
export const httpConnectionCount = (maxHttpConnections: number, descriptorCount: number): number =>
  Math.max(8, Math.min(maxHttpConnections, Math.floor(descriptorCount * httpShare)));

/** The limits as the engine takes them. `descriptorCount` is what the system lets this process open. */
export function engineLimits(limits: LimitValues, loginTimeoutSeconds: number, descriptorCount: number): EngineLimits {
  const others = ownDescriptorCount + httpConnectionCount(limits.max_http_connections, descriptorCount);
  const connectionCount = Math.max(8, Math.min(limits.max_connections, descriptorCount - others));
  // Connections without a log-in must leave room for those with one.
  const pendingCount = Math.min(limits.max_pending_connections, Math.ceil(connectionCount / 2));
  return {
    connectionCount,
    connectionsPerAddress: limits.max_connections_per_address,
    pendingCount,
    pendingPerAddress: Math.min(limits.max_pending_per_address, pendingCount),
    loginTimeoutMs: loginTimeoutSeconds * 1_000,
    handshakesPerSecond: limits.handshakes_per_second,
    inboundBytesPerUser: limits.inbound_bytes_per_user,
    inboundBytes: limits.inbound_bytes_total,
    unreadReplyBytes: limits.unread_reply_bytes,
    namespaceCount: limits.max_namespaces,
    topicCount: limits.max_topics,
    topicsPerUser: limits.topics_per_user,
    subscriptionCount: limits.max_subscriptions,
    replayCount: limits.max_replays,
    replaysPerUser: limits.replays_per_user,
    openBarCount: limits.max_open_bars,
    publishRatePerUser: limits.publish_rate_per_user,
    publishBytesPerUser: limits.publish_bytes_per_user,
  };
}
