/** Whether a broker can be reached. `gone`: it said that it ends, or it has started again since. */
export const brokerHealths = ['live', 'unreachable', 'gone'] as const;
/** How this broker sees another one. */
export type BrokerHealth = (typeof brokerHealths)[number];

/** A broker as it describes itself twice a second. Totals run since it started. */
export interface ClusterBroker {
  /** 16 hex digits, drawn at each start. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly host: string;
  readonly pub_port: number;
  readonly sub_port: number;
  readonly admin_port: number;
  readonly started_at: string;
  readonly sessions: number;
  readonly subscribers: number;
  /** Messages of its own publishers. */
  readonly published_total: number;
  readonly delivered_total: number;
  readonly published_rate: number;
  readonly delivered_rate: number;
  /** Patterns that its subscribers want, and the version of that list. */
  readonly patterns: number;
  readonly interest_version: number;
  /** The server of NATS that it is connected to; null while it is not. */
  readonly nats_server: string | null;
}

/** Another broker, and what this one has received from it. */
export interface ClusterPeer extends ClusterBroker {
  readonly health: BrokerHealth;
  /** Since when. */
  readonly since: string;
  /** Time since its last word. */
  readonly silent_ms: number;
  /** The version of the interest of this broker that it follows. */
  readonly applied_version: number;
  readonly received_total: number;
  readonly received_rate: number;
  readonly received_bytes: number;
  /** Batches that never came. */
  readonly lost_batches: number;
  /** Messages that never came, by the holes in their numbers. */
  readonly lost_total: number;
  readonly duplicate_total: number;
  /** What did not parse, or named a namespace or a topic that is not wanted here. */
  readonly bad_total: number;
  readonly topics: number;
}

/** What one broker sends another, by ids. Totals run since the two last found each other. */
export interface ClusterPair {
  readonly from: string;
  readonly to: string;
  readonly sent_total: number;
  readonly sent_bytes: number;
  /** Bytes on their way, and the age of the oldest. */
  readonly unconfirmed_bytes: number;
  readonly lag_ms: number;
  /** Messages that were not sent, because the receiver lagged too far or could not be reached. */
  readonly skipped_total: number;
  /** Publishers wait for the receiver. */
  readonly is_pacing: boolean;
  /** The receiver has not confirmed anything for 250 ms. */
  readonly is_lagging: boolean;
}

/** Answer of GET /api/cluster. */
export interface ClusterState {
  /** `none`: this broker is on its own, and the other fields say so. */
  readonly driver: 'none' | 'nats';
  readonly name: string | null;
  readonly is_connected: boolean;
  /** The broker that answers. */
  readonly own: ClusterBroker | null;
  readonly peers: readonly ClusterPeer[];
  readonly pairs: readonly ClusterPair[];
  /** Names that two or more live brokers have. Each of them needs its own: the others take one for a new start of the other. */
  readonly shared_names: readonly string[];
  /** Messages on the subjects of the cluster that came from no broker of it. */
  readonly foreign_total: number;
}

/** A session at one of the brokers. */
export interface ClusterSession {
  /** Its connection at that broker, such as `s12`. */
  readonly connection_id: string;
  readonly username: string;
  /** Name and version that the client sent, or what its handshake says it is. */
  readonly client: string;
  readonly address: string;
}

/** What one broker has of a topic or a user. */
export interface ClusterFound {
  /** Id and name in the cluster; null for a broker on its own. */
  readonly broker_id: string | null;
  readonly broker_name: string | null;
  /** The broker that answers. */
  readonly is_own: boolean;
  /** False: it gave no answer within a second, and the other fields are empty. */
  readonly has_answered: boolean;
  /** All sessions, also those past the first hundred. */
  readonly count: number;
  readonly sessions: readonly ClusterSession[];
  /** The last message of the topic that this broker accepted in this run; null for none, and for the sessions of a user. */
  readonly last: { readonly epoch: number; readonly sequence: number; readonly received_at: string } | null;
}
