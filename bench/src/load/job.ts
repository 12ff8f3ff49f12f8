import type { SubOptions } from '../market/wire/market-session.js';
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
  /** Successive rates, each message sent when it is due; null: flat out. */
  readonly schedule: readonly RateStep[] | null;
  /** Each message carries the time it was due. Only with a schedule. */
  readonly isStamped: boolean;
  /** Least time between two writes, so that what comes due meanwhile leaves in one. Not given: none. Only with a schedule. */
  readonly writeGapMs?: number;
  /** Connections of this process. Only flat out. */
  readonly linkCount: number;
  /** Unacknowledged publishes of each connection, at most. Only flat out, and only where the peer acknowledges. */
  readonly windowCount: number;
}

/** Subscribes over raw sockets, and counts deliveries. */
export interface SubscribeJob extends OnWire {
  readonly kind: 'subscribe';
  /** One connection for each list of patterns. */
  readonly interests: readonly (readonly string[])[];
  /** One of the topics, which are all equally long: gives the size of a delivery. */
  readonly topic: string;
  readonly payloadBytes: number;
  /** Read the time each message was due from its payload, and record the delay. */
  readonly measuresLatency: boolean;
}

/** Subscribes and cancels on one connection. The peer answers each request. */
export interface ChurnJob extends OnWire {
  readonly kind: 'churn';
  readonly topics: readonly string[];
  /** Requests a second: half subscribe, half cancel. */
  readonly rate: number;
}

/** Opens connections on `go`, and holds them. */
export interface ConnectJob extends OnWire {
  readonly kind: 'connect';
  readonly connectionCount: number;
  /** Handshakes under way at the same time. */
  readonly atOnceCount: number;
}

/** Dashboards that poll and stream from the admin API, and clients that log in again and again. */
export interface DashboardJob {
  readonly kind: 'dashboards';
  readonly address: PeerAddress;
  readonly dashboardCount: number;
  /** Log-ins under way at the same time. */
  readonly logInCount: number;
}

/** Publishes with a client library, acknowledged where the library supports it. */
export interface SdkPublishJob {
  readonly kind: 'sdkPublish';
  readonly library: ClientLibrary;
  readonly address: PeerAddress;
  readonly topics: readonly string[];
  readonly payloadBytes: number;
  /** Unacknowledged or unflushed publishes, at most. */
  readonly windowCount: number;
}

/** Receives with a client library. */
export interface SdkReceiveJob {
  readonly kind: 'sdkReceive';
  readonly library: ClientLibrary;
  readonly address: PeerAddress;
  readonly pattern: string;
  readonly way: 'callback' | 'iterator';
  /** Messages are stamped: records the delay of each. */
  readonly measuresLatency?: boolean;
}

/** Sessions with a lane each. */
export interface LanesJob {
  readonly kind: 'lanes';
  readonly address: PeerAddress;
  readonly laneCount: number;
  readonly pattern: string;
  readonly options: SubOptions;
  /** Records the delay of each message, which is stamped; otherwise counts the bytes that come by WebSocket. */
  readonly measuresLatency: boolean;
}

/** Receives with a client library of Python. */
export interface PythonReceiveJob {
  readonly kind: 'pythonReceive';
  readonly library: PythonLibrary;
  readonly address: PeerAddress;
  readonly pattern: string;
  readonly way: 'callback' | 'iterator';
}

/** Publishes with a client library of Python on `go`, and is done when all is acknowledged, or flushed. */
export interface PythonPublishJob {
  readonly kind: 'pythonPublish';
  readonly library: PythonLibrary;
  readonly address: PeerAddress;
  readonly topics: readonly string[];
  readonly payloadBytes: number;
  /** Messages of one `go`. */
  readonly count: number;
}

export type PythonLibrary = 'pulse_mq' | 'nats-py' | 'pyzmq';

export type ClientLibrary = '@pulsemq/client' | '@nats-io/transport-node';

/** The job of a generator process that runs on Node. */
export type NodeJob =
  | PublishJob
  | SubscribeJob
  | ChurnJob
  | ConnectJob
  | DashboardJob
  | SdkPublishJob
  | SdkReceiveJob
  | LanesJob;

/** The job of a generator process that runs on Python: bench/python/generator.py. */
export type PythonJob = PythonReceiveJob | PythonPublishJob;

export type Job = NodeJob | PythonJob;

/** Requests to a running generator. `go` and `rest` are answered by `done`, `counts` and `latency` by their report, the others by none. */
export type Ask = 'counts' | 'reset' | 'latency' | 'stop' | 'go' | 'rest';

/** Totals of a generator so far. */
export interface Counts {
  readonly kind: 'counts';
  readonly count: number;
  /** Nanoseconds of the monotonic clock, which all processes share. */
  readonly atNs: number;
  readonly cpuUs: number;
  /** Further counters of a job, by name. */
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

/** A message from a generator. */
export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly elapsedMs: number }
  | Counts
  | Latency;

/** A running job. */
export interface Worker {
  readonly count: number;
  /** Further counters, by name. */
  readonly more?: Readonly<Record<string, number>>;
  reset?(): void;
  latency?(): Latency;
  go?(): Promise<void>;
  rest?(): Promise<void>;
  stop(): void;
}
