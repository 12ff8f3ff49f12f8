import type { EngineCommand } from '../port.js';
import type { EngineCluster } from '../port-cluster.js';
import type { EngineConfig } from '../port-config.js';
import { type EngineEncryption, noEncryption } from '../port-encryption.js';
import type { Config } from './config/config-schema.js';
import { engineLimits } from './config/limit-settings.js';
import { version } from './version.js';

/** What the settings name and the engine gets whole: keys and certificates, and how it reaches the other brokers. */
export interface EngineParts {
  readonly encryption?: EngineEncryption;
  readonly cluster?: EngineCluster | null;
  /** What the relay of the admin port shows to the engine; empty for no relay. */
  readonly relayPass?: string;
}

/** The settings that the engine needs, in its units. `descriptorCount` is what the system lets this process open. */
export const engineConfig = (
  { server, auth, limits, broker, cluster: { servers_for_clients } }: Config,
  descriptorCount: number,
  { encryption = noEncryption, cluster = null, relayPass = '' }: EngineParts = {},
): EngineConfig => ({
  host: server.host,
  pubPort: server.pub_port,
  subPort: server.sub_port ?? (server.pub_port === 0 ? 0 : server.pub_port + 1),
  server: `pulsemq/${version}`,
  clientServers: servers_for_clients,
  legacySubscribers: auth.legacy_subscribers,
  pingIntervalMs: auth.ping_interval_sec * 1_000,
  pingTimeoutMs: auth.ping_timeout_sec * 1_000,
  handshakeTimeoutMs: broker.handshake_timeout_ms,
  maxConnectionsPerUser: limits.max_sessions_per_user,
  maxSubscriptionsPerConnection: limits.max_subscriptions_per_session,
  maxTopicsPerNamespace: limits.topics_per_namespace,
  topicLevelCount: limits.topic_levels,
  outboxMessageCount: broker.backlog_messages,
  outboxBytes: broker.backlog_bytes,
  outboxTotalBytes: broker.backlog_total_bytes,
  pacingMs: broker.pacing_ms,
  imageTotalBytes: limits.last_value_bytes,
  encryption,
  webSocket: { allowedOrigins: server.allowed_origins, relayPass },
  cluster,
  limits: engineLimits(limits, auth.login_timeout_sec, descriptorCount),
});

/** The settings of these that a running engine takes. */
export function limitsCommand(config: Config, descriptorCount: number): Extract<EngineCommand, { kind: 'limits' }> {
  const { limits, ...others } = engineConfig(config, descriptorCount);
  const { maxConnectionsPerUser, maxSubscriptionsPerConnection, maxTopicsPerNamespace } = others;
  return { kind: 'limits', limits, maxConnectionsPerUser, maxSubscriptionsPerConnection, maxTopicsPerNamespace };
}
