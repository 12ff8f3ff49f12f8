import type { BrokerHealth } from '@pulsemq/protocol';

/** What the planes tell each other about the cluster: settings of the fabric down, figures of it up. */

/** How brokers reach each other: through servers of NATS. */
export interface EngineCluster {
  /** Name of the cluster: brokers with the same name find each other. */
  readonly name: string;
  /** Name of this broker; a broker that starts again keeps it. */
  readonly brokerName: string;
  /** Where clients and operators reach this broker, for the others to show. */
  readonly host: string;
  /** Servers of NATS, `nats://host:port` or `tls://host:port`. */
  readonly servers: readonly string[];
  readonly login: ClusterLogin;
  /** Certificates as PEM; null where the URLs decide. */
  readonly tls: ClusterTls | null;
}

/** How this broker logs in to NATS. */
export type ClusterLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** The content of a credentials file, as `nsc` writes it. */
  | { readonly kind: 'credentials'; readonly content: string };

export interface ClusterTls {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** What a broker says of itself. Totals run since it started. */
export interface BrokerFigures {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  /** 0 until the HTTP API listens. */
  readonly adminPort: number;
  /** Unix milliseconds. */
  readonly startedMs: number;
  readonly sessionCount: number;
  readonly subscriberCount: number;
  /** Messages of its own publishers. */
  readonly publishedCount: number;
  readonly deliveredCount: number;
  /** Patterns that its subscribers want, and the version of that list. */
  readonly patternCount: number;
  readonly interestVersion: number;
  /** The server of NATS that it is connected to; empty while it is not. */
  readonly natsServer: string;
  readonly feeds: readonly FeedFigures[];
}

/** What a broker sends to another one. Totals run since the feed began. */
export interface FeedFigures {
  /** Id of the receiver. */
  readonly to: string;
  readonly feed: number;
  /** Number of its last message. */
  readonly number: number;
  readonly sentCount: number;
  readonly sentBytes: number;
  /** Bytes that the receiver has not confirmed. */
  readonly unconfirmedBytes: number;
  /** Age of the oldest of these bytes. */
  readonly lagMs: number;
  /** Deliveries that were not sent, because the receiver lagged too far or could not be reached. */
  readonly skippedCount: number;
  /** Publishers wait for it. */
  readonly isPacing: boolean;
  /** It has not said for 250 ms what it has received. */
  readonly isLagging: boolean;
}

/** What a broker gets from another one. */
export interface PeerFigures {
  readonly broker: BrokerFigures;
  readonly health: BrokerHealth;
  /** Since when, Unix milliseconds. */
  readonly sinceMs: number;
  /** Time since its last word. */
  readonly silentMs: number;
  /** The version of our interest whose last values it has sent. */
  readonly appliedVersion: number;
  readonly receivedCount: number;
  readonly receivedBytes: number;
  /** Messages of its feed that never came. */
  readonly lostBatchCount: number;
  /** Messages of topics that never came: holes in their numbers. */
  readonly lostCount: number;
  /** Deliveries that came twice and were dropped. */
  readonly duplicateCount: number;
  /** Messages that did not parse, or that named a foreign namespace or a topic past a limit. */
  readonly badCount: number;
  /** Topics that it sends. */
  readonly topicCount: number;
}

/** The cluster as one broker sees it. */
export interface ClusterFigures {
  readonly name: string;
  readonly isConnected: boolean;
  readonly own: BrokerFigures;
  readonly peers: readonly PeerFigures[];
  /** Messages on the subjects of the cluster that were not of this version or came from an unknown broker. */
  readonly foreignCount: number;
}
