import type { TopicStatuses } from '@pulsemq/protocol';
import type { EngineConfig } from './port-config.js';
import type { DropFigures, EngineCounters } from './port-counters.js';
import type { EngineTls } from './port-encryption.js';
import type { EngineTopic, EntitlementCommand, Entitlements } from './port-entitlements.js';
import type { EngineLimits } from './port-limits.js';
import type { EngineAnswer, EngineQuestion } from './port-questions.js';
import type { EngineReport } from './port-report.js';

/**
 * The typed messages between the planes, and all that either knows of the other. Everything here is plain data that survives structured
 * cloning, so that the engine can run in a worker thread or, in tests, in the same thread.
 */

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
  /**
   * Reports the newest values of at most `maxTopics` matching topics, each at most `maxRate` times a second, as `prices` events until it is
   * closed. After each event it waits for `pricesTaken`.
   */
  | {
      readonly kind: 'pricesOpen';
      readonly feed: number;
      readonly namespace: string;
      readonly pattern: string;
      readonly maxRate: number;
      readonly maxTopics: number;
    }
  | { readonly kind: 'pricesTaken'; readonly feed: number }
  | { readonly kind: 'pricesClose'; readonly feed: number }
  /** The HTTP API listens on this port now, which the other brokers of the cluster show. Ignored by a broker on its own. */
  | { readonly kind: 'adminPort'; readonly adminPort: number }
  /** Other certificates, for connections from now on. Ignored where TLS is off. */
  | { readonly kind: 'tls'; readonly tls: EngineTls }
  /** Other limits, from now on. What is over one already stays. Rates of publishing and of handshakes stay as they were at the start. */
  | ({ readonly kind: 'limits'; readonly limits: EngineLimits } & Pick<
      EngineConfig,
      'maxConnectionsPerUser' | 'maxSubscriptionsPerConnection' | 'maxTopicsPerNamespace'
    >)
  /**
   * Accepts nothing new and says DRAIN. Waits until all sessions have ended and other brokers ask for no history, at most `moveMs`, writes what
   * waits within `timeoutMs`, and answers `stopped`.
   */
  | { readonly kind: 'drain'; readonly moveMs: number; readonly timeoutMs: number };

/** What is reported to the operator at once. */
export type IncidentKind =
  | 'authFailed'
  | 'permissionDenied'
  | 'badBytes'
  /** A limit of `EngineLimits` was reached; reported once a minute. */
  | 'limitReached'
  | 'slowSubscriber'
  /** The journal was suspended, goes on, or found damage at the start. */
  | 'journal'
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
      /** Name and version that it sent with AUTH; null when it sent none. */
      readonly clientName: string | null;
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
  /**
   * Values of a price feed that have changed: deliveries as they stand on the wire, one after another. `leftOutCount`: matching topics past
   * the limit, and those whose value is too large or not kept for lack of room. `isOpened`: each value that was there at the opening has been
   * reported.
   */
  | {
      readonly kind: 'prices';
      readonly feed: number;
      readonly messages: Uint8Array;
      readonly leftOutCount: number;
      readonly isOpened: boolean;
    }
  /** The address is empty when the incident is about several. */
  | { readonly kind: 'incident'; readonly incident: IncidentKind; readonly address: string; readonly text: string }
  /** A broker of the cluster, or a server of NATS, came or went. */
  | { readonly kind: 'clusterNews'; readonly text: string; readonly isTrouble: boolean }
  | { readonly kind: 'stopped' };

/** The control plane's end of the port. */
export interface EngineLink {
  send(command: EngineCommand): void;
  /** Events arrive in order. One listener; set it before the first `send`. */
  onEvent(listener: (event: EngineEvent) => void): void;
  /** Ends the engine without draining; resolves when its thread is gone. */
  terminate(): Promise<void>;
}
