import type { Freshness, GrantRole, TopicStatuses, UserType } from '@pulsemq/protocol';
import type { EngineLimits, LimitHits } from './port-limits.js';
import type { EngineAnswer, EngineQuestion } from './port-questions.js';
import type { EngineReport } from './port-report.js';

/**
 * The typed messages between the planes, and all that either knows of the other. Everything here is plain data that survives structured
 * cloning, so that the engine can run in a worker thread or, in tests, in the same thread.
 */

/** The engine's configuration. Port 0 takes a free port; when both are 0 they are adjacent. */
export interface EngineConfig {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  /** Name and version that AUTH_OK carries, such as `pulsemq/0.1.0`. */
  readonly server: string;
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
  readonly limits: EngineLimits;
}

/** A user as the engine sees it. */
export interface EngineUser {
  readonly id: number;
  readonly name: string;
  readonly type: UserType;
  readonly isActive: boolean;
  /** Lowercase hex SHA-256 of the token; null for a user without one. */
  readonly tokenHash: string | null;
}

export interface EngineNamespace {
  readonly id: number;
  readonly name: string;
  readonly isActive: boolean;
  /** The last value of each of its topics is kept. */
  readonly keepLastValue: boolean;
  /** What fresh means for its topics; null where nothing does. */
  readonly freshness: Freshness | null;
}

export interface EngineGrant {
  readonly userId: number;
  readonly namespaceId: number;
  readonly role: GrantRole;
}

/** A registered topic: known to queries before anything is published. */
export interface EngineTopic {
  readonly namespaceId: number;
  readonly name: string;
}

/** All rights at one moment. */
export interface Entitlements {
  readonly users: readonly EngineUser[];
  readonly namespaces: readonly EngineNamespace[];
  readonly grants: readonly EngineGrant[];
}

/** Changes of users, rights, namespaces and topics. Each takes effect before the next message is routed. */
export type EntitlementCommand =
  /** The whole truth again; whatever differs is corrected. */
  | { readonly kind: 'entitlements'; readonly entitlements: Entitlements }
  /** A new or changed user. */
  | { readonly kind: 'user'; readonly user: EngineUser }
  | { readonly kind: 'userRemoved'; readonly userId: number }
  /** A new or changed namespace. */
  | { readonly kind: 'namespace'; readonly namespace: EngineNamespace }
  | { readonly kind: 'namespaceRemoved'; readonly namespaceId: number }
  /** A new or changed grant; role null takes it away. */
  | { readonly kind: 'grant'; readonly userId: number; readonly namespaceId: number; readonly role: GrantRole | null }
  | { readonly kind: 'topicRemoved'; readonly namespaceId: number; readonly name: string };

/** A message that the admin API publishes. Its names and rights were checked there. */
export interface ApiMessage {
  readonly userId: number;
  readonly username: string;
  readonly namespace: string;
  readonly topic: string;
  /** Code of the payload format. */
  readonly format: number;
  /** Compression code. */
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** From the control plane to the engine. Commands are carried out in order. */
export type EngineCommand =
  | {
      readonly kind: 'start';
      readonly config: EngineConfig;
      readonly entitlements: Entitlements;
      readonly topics: readonly EngineTopic[];
    }
  | EntitlementCommand
  /** Ends every session of a user; the reason goes to the log and the list of closed connections. */
  | { readonly kind: 'kickUser'; readonly userId: number; readonly reason: string }
  | { readonly kind: 'kickSession'; readonly session: number; readonly reason: string }
  | { readonly kind: 'kickSubscriber'; readonly subscriber: number; readonly reason: string }
  /** Answered by an `answer` with the same id. */
  | { readonly kind: 'ask'; readonly id: number; readonly question: EngineQuestion }
  /** Answered by an `answer` with the same id. */
  | { readonly kind: 'publish'; readonly id: number; readonly message: ApiMessage }
  /** Shows passing messages, at most `maxRate` a second, as `tapped` events until the tap is closed. */
  | {
      readonly kind: 'tapOpen';
      readonly tap: number;
      readonly namespace: string;
      readonly pattern: string;
      readonly maxRate: number;
    }
  | { readonly kind: 'tapClose'; readonly tap: number }
  /** Other limits, from now on. What is over one already stays. Rates of publishing and of handshakes stay as they were at the start. */
  | ({ readonly kind: 'limits'; readonly limits: EngineLimits } & Pick<
      EngineConfig,
      'maxConnectionsPerUser' | 'maxSubscriptionsPerConnection' | 'maxTopicsPerNamespace'
    >)
  /** Accepts nothing new, writes what waits within this time, then answers `stopped`. */
  | { readonly kind: 'drain'; readonly timeoutMs: number };

/** Running totals since the engine started; the receiver takes differences. */
export interface EngineCounters {
  readonly connectionCount: number;
  readonly sessionCount: number;
  readonly subscriberCount: number;
  readonly routeCount: number;
  readonly publishedCount: number;
  readonly publishedBytes: number;
  readonly deliveredCount: number;
  readonly deliveredBytes: number;
  readonly droppedCount: number;
  readonly dropped: DropFigures;
  /** Updates that newer ones replaced before they were delivered: one for each subscriber and update. */
  readonly conflatedCount: number;
  /** Topics that are stale by their rules now. */
  readonly staleTopicCount: number;
  readonly authOkCount: number;
  readonly authFailedCount: number;
  readonly permissionDeniedCount: number;
  /** Bytes held for subscribers that lag; a shared batch counts once. */
  readonly queuedBytes: number;
  /** Connections without a log-in. */
  readonly pendingConnectionCount: number;
  /** Bytes of messages that have begun to arrive. */
  readonly inboundBytes: number;
  readonly limitHits: LimitHits;
  /** Errors of the broker itself that its handlers caught. */
  readonly caughtErrorCount: number;
}

/** Lost messages by reason. */
export interface DropFigures {
  readonly hwm: number;
  readonly outboxBytes: number;
  readonly outboxTotalBytes: number;
  readonly atClose: number;
}

/** What is reported to the operator at once. */
export type IncidentKind =
  | 'authFailed'
  | 'permissionDenied'
  | 'badBytes'
  /** A limit of `EngineLimits` was reached; reported once a minute. */
  | 'limitReached'
  | 'slowSubscriber'
  /** A mistake of ours: the text holds the stack. */
  | 'internal';

/** From the engine to the control plane. */
export type EngineEvent =
  | { readonly kind: 'listening'; readonly pubPort: number; readonly subPort: number }
  /** The engine could not start, or cannot go on. `code` is the system's, such as EADDRINUSE. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** The first publish to a topic, and maybe to its namespace, that the store does not have yet. */
  | { readonly kind: 'topicSeen'; readonly namespace: string; readonly topic: string; readonly userId: number }
  /** Statuses that have changed. */
  | { readonly kind: 'topicStatuses'; readonly namespace: string; readonly statuses: TopicStatuses['topics'] }
  | {
      readonly kind: 'sessionOpened';
      readonly session: number;
      readonly userId: number;
      readonly address: string;
      readonly port: number;
      /** What the peer's handshake says it is, such as `ZMTP 3.1 DEALER`. */
      readonly client: string;
    }
  | {
      readonly kind: 'sessionClosed';
      readonly session: number;
      readonly userId: number;
      readonly reason: string;
      /** Its last row of `connectionColumns`. */
      readonly figures: Float64Array;
    }
  /** Deliveries and losses of messages that still waited when their session closed. */
  | {
      readonly kind: 'sessionTrail';
      readonly session: number;
      readonly userId: number;
      readonly deliveredCount: number;
      readonly deliveredBytes: number;
      readonly matchedCount: number;
      readonly conflatedCount: number;
      readonly dropped: DropFigures;
    }
  /** A subscriber without a session. */
  | {
      readonly kind: 'subscriberOpened';
      readonly subscriber: number;
      readonly subscriberKind: 'plain' | 'legacy';
      /** Null for a legacy one, which does not log in. */
      readonly userId: number | null;
      readonly address: string;
      readonly port: number;
      readonly client: string;
    }
  | {
      readonly kind: 'subscriberClosed';
      readonly subscriber: number;
      readonly reason: string;
      readonly figures: Float64Array;
    }
  /** The first message of a topic in this run. `route` is its number in reports. */
  | {
      readonly kind: 'routeOpened';
      readonly route: number;
      readonly namespace: string;
      readonly topic: string;
      readonly epoch: number;
    }
  /** `second`: the Unix second in which the counted time began. */
  | { readonly kind: 'counters'; readonly second: number; readonly counters: EngineCounters }
  | { readonly kind: 'report'; readonly report: EngineReport }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: EngineAnswer }
  /** Whole deliveries as they stand on the wire, and how many matched since the tap was opened. */
  | {
      readonly kind: 'tapped';
      readonly tap: number;
      readonly messages: readonly Uint8Array[];
      readonly seenTotal: number;
    }
  /** The address is empty when the incident is about several. */
  | { readonly kind: 'incident'; readonly incident: IncidentKind; readonly address: string; readonly text: string }
  | { readonly kind: 'stopped' };

/** The control plane's end of the port. */
export interface EngineLink {
  send(command: EngineCommand): void;
  /** Events arrive in order. One listener; set it before the first `send`. */
  onEvent(listener: (event: EngineEvent) => void): void;
  /** Ends the engine without draining; resolves when its thread is gone. */
  terminate(): Promise<void>;
}
