import type { JournalSettings } from './journal/thread-messages.js';
import type { EngineCluster } from './port-cluster.js';
import type { EngineEncryption } from './port-encryption.js';
import type { EngineLimits } from './port-limits.js';

/** Which WebSockets may connect. */
export interface EngineWebSocket {
  /** Origins of web pages, besides those of the broker's own host. */
  readonly allowedOrigins: readonly string[];
  /** What the relay of the admin port shows; empty for no relay. */
  readonly relayPass: string;
}

/** The engine's configuration. Port 0 takes a free port; when both are 0 they are adjacent. */
export interface EngineConfig {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  /** Name and version that AUTH_OK carries, such as `pulsemq/0.1.0`. */
  readonly server: string;
  /** Brokers that AUTH_OK names; empty for none. */
  readonly clientServers: readonly string[];
  /** NULL connections on the subscriber port get what live sessions of their address asked for. */
  readonly legacySubscribers: boolean;
  /** Idle time before the broker sends a ZMTP PING. */
  readonly pingIntervalMs: number;
  /** Time to wait for the answer to a PING before the connection is closed. */
  readonly pingTimeoutMs: number;
  /** Time within which a connection must finish its ZMTP handshake. */
  readonly handshakeTimeoutMs: number;
  readonly maxConnectionsPerUser: number;
  readonly maxSubscriptionsPerConnection: number;
  readonly maxTopicsPerNamespace: number;
  /** Levels that a topic or a pattern may have, 1 to 8. */
  readonly topicLevelCount: number;
  /** ZMQ_SNDHWM. Messages that wait for one subscriber that has stopped draining. */
  readonly outboxMessageCount: number;
  /** Bytes that wait for one subscriber. */
  readonly outboxBytes: number;
  /** Bytes that wait for all subscribers together. */
  readonly outboxTotalBytes: number;
  /** Interval at which paused publishers resume while a live subscriber lags; 0 turns pacing off. */
  readonly pacingMs: number;
  /** Bytes that the last values of all topics may take together. */
  readonly imageTotalBytes: number;
  readonly encryption: EngineEncryption;
  readonly webSocket: EngineWebSocket;
  /** How it reaches the other brokers; null for a broker on its own. */
  readonly cluster: EngineCluster | null;
  /** The journal of namespaces that keep history; null or absent for a broker without one. */
  readonly journal?: JournalSettings | null;
  readonly limits: EngineLimits;
}
