import type { PeerAddress } from '../wire/peer-wire.js';
import type { WireName } from '../wire/wires.js';
import type { RateStep } from './schedule.js';

interface OnWire {
  readonly wire: WireName;
  readonly address: PeerAddress;
}

/** Publishes over raw sockets. */
export interface PublishJob extends OnWire {
  readonly kind: 'publish';
  readonly topics: readonly string[];
  readonly payloadBytes: number;
  /** Rates one after the other, each message sent on time; null is flat out. */
  readonly schedule: readonly RateStep[] | null;
  /** Each message carries the moment it was due. Only with a schedule. */
  readonly isStamped: boolean;
  /** Publishers in this process. Only when flat out. */
  readonly linkCount: number;
  /** Unacknowledged publishes of each, where the peer acknowledges. Only when flat out. */
  readonly windowCount: number;
}

/** Subscribes over raw sockets, and counts what comes. */
export interface SubscribeJob extends OnWire {
  readonly kind: 'subscribe';
  /** One connection for each list of patterns. */
  readonly interests: readonly (readonly string[])[];
  /** A topic as long as every other, for the size of a delivery. */
  readonly topic: string;
  readonly payloadBytes: number;
  /** Read the time of sending out of each payload. */
  readonly measuresLatency: boolean;
}

/** Subscribes and cancels on one connection; each request is answered. */
export interface ChurnJob extends OnWire {
  readonly kind: 'churn';
  readonly topics: readonly string[];
  /** Requests a second: half subscribe, half cancel. */
  readonly rate: number;
}

/** Opens connections when it is told to, and holds them. */
export interface ConnectJob extends OnWire {
  readonly kind: 'connect';
  readonly connectionCount: number;
  /** So many at a time. */
  readonly atOnceCount: number;
}

/** Dashboards that poll and stream, and log-ins one after the other, of the admin API. */
export interface DashboardJob {
  readonly kind: 'dashboards';
  readonly address: PeerAddress;
  readonly dashboardCount: number;
  /** Log-ins that are under way at any moment. */
  readonly logInCount: number;
}

/** Publishes with a client library, acknowledged where the library can. */
export interface SdkPublishJob {
  readonly kind: 'sdkPublish';
  readonly library: ClientLibrary;
  readonly address: PeerAddress;
  readonly topics: readonly string[];
  readonly payloadBytes: number;
  /** Publishes on their way at any moment. */
  readonly windowCount: number;
}

/** Receives with a client library. */
export interface SdkReceiveJob {
  readonly kind: 'sdkReceive';
  readonly library: ClientLibrary;
  readonly address: PeerAddress;
  readonly pattern: string;
  readonly way: 'callback' | 'iterator';
}

export type ClientLibrary = '@pulsemq/client' | '@nats-io/transport-node';

/** What a generator process is told to do. */
export type Job = PublishJob | SubscribeJob | ChurnJob | ConnectJob | DashboardJob | SdkPublishJob | SdkReceiveJob;

/** What a generator can be asked while it works. `go` begins what waits for it, and is answered by `done`. */
export type Ask = 'counts' | 'reset' | 'latency' | 'stop' | 'go' | 'rest';

/** Totals of a generator so far. */
export interface Counts {
  readonly kind: 'counts';
  readonly count: number;
  /** The clock that all processes share, nanoseconds. */
  readonly atNs: number;
  readonly cpuUs: number;
  /** Whatever else a job counts, by name. */
  readonly more: Readonly<Record<string, number>>;
}

/** Delays since the last reset. */
export interface Latency {
  readonly kind: 'latency';
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** When the last message arrived that was 10 ms late or more, nanoseconds; 0 for none. */
  readonly lateUntilNs: number;
}

/** What a generator tells. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly elapsedMs: number }
  | Counts
  | Latency;

/** A job that is being carried out. */
export interface Worker {
  readonly count: number;
  /** Whatever else it counts. */
  readonly more?: Readonly<Record<string, number>>;
  reset?(): void;
  latency?(): Latency;
  go?(): Promise<void>;
  rest?(): Promise<void>;
  stop(): void;
}
