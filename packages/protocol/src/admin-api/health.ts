/** Answer of `GET /health`. */
export interface Health {
  readonly status: 'ok';
  readonly version: string;
  readonly uptime_seconds: number;
  readonly connections: number;
  readonly msg_rate: number;
  readonly memory_mb: number;
}

/** Something that keeps the broker from doing all of its work. */
export interface BrokerProblem {
  /** Such as `STORE_FULL`. */
  readonly code: string;
  /** The cause as a sentence for people. */
  readonly text: string;
}

/** Answer of `GET /ready`: 200 for `ready`, 503 for `not ready`. */
export interface Ready {
  readonly status: 'ready' | 'not ready';
  readonly problems: readonly BrokerProblem[];
}
