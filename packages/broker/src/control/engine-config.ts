import type { EngineCommand, EngineConfig } from '../port.js';
import type { Config } from './config/config-schema.js';
import { engineLimits } from './config/limit-settings.js';
import { version } from './version.js';

/** The settings that the engine needs, in its units. `descriptorCount` is what the system lets this process open. */
export const engineConfig = ({ server, auth, limits, broker }: Config, descriptorCount: number): EngineConfig => ({
  host: server.host,
  pubPort: server.pub_port,
  subPort: server.sub_port ?? (server.pub_port === 0 ? 0 : server.pub_port + 1),
  server: `pulsemq/${version}`,
  legacySubscribers: auth.legacy_subscribers,
  pingIntervalMs: auth.ping_interval * 1_000,
  pingTimeoutMs: auth.ping_timeout * 1_000,
  handshakeTimeoutMs: broker.handshake_timeout_ms,
  maxConnectionsPerUser: limits.max_connections_per_user,
  maxSubscriptionsPerConnection: limits.max_subscriptions_per_conn,
  maxTopicsPerNamespace: limits.topics_per_namespace,
  topicLevelCount: limits.topic_levels,
  outboxMessageCount: broker.hwm,
  outboxBytes: broker.outbox_bytes,
  outboxTotalBytes: broker.outbox_total_bytes,
  pacingMs: broker.pacing_ms,
  imageTotalBytes: limits.snapshot_bytes,
  limits: engineLimits(limits, auth.login_timeout, descriptorCount),
});

/** The settings of these that a running engine takes. */
export function limitsCommand(config: Config, descriptorCount: number): Extract<EngineCommand, { kind: 'limits' }> {
  const { limits, ...others } = engineConfig(config, descriptorCount);
  const { maxConnectionsPerUser, maxSubscriptionsPerConnection, maxTopicsPerNamespace } = others;
  return { kind: 'limits', limits, maxConnectionsPerUser, maxSubscriptionsPerConnection, maxTopicsPerNamespace };
}
