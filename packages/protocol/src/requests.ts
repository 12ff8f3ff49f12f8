/** The JSON bodies of requests and replies on the request port. */

/** Payload of AUTH. */
export interface AuthRequest {
  readonly username: string;
  readonly token: string;
  /** Name and version of the client, such as `pulsemq-client/0.1.0`: at most 64 printable characters of ASCII. */
  readonly client?: string;
}

/** Payload of the ACK to an accepted AUTH. The Python broker sends only the first two fields. */
export interface AuthReply {
  readonly status: 'AUTH_OK';
  readonly user_id: number;
  /** 32 lower-case hex characters. The ticket binds subscriber connections to this session. */
  readonly ticket?: string;
  /** Number of the session. Unique until the broker restarts. */
  readonly session?: number;
  /** Epoch of the sequence numbers: it changes when they begin again at 1. */
  readonly epoch?: number;
  /** Name and version of the broker, such as `pulsemq/0.1.0`. */
  readonly server?: string;
  /** Features that this broker adds to those of `pulse-mq` 0.3.0: values of `Feature`. */
  readonly features?: readonly string[];
  /** Brokers that serve the same topics, this one included: `host:pubPort`, or `host:pubPort/subPort`. */
  readonly servers?: readonly string[];
  /** Namespaces that keep history and that this user may read. Absent if there are none. */
  readonly history?: readonly string[];
}

/** Payload of DRAIN. */
export interface DrainNotice {
  /** Milliseconds until the broker closes the remaining connections. */
  readonly within_ms: number;
}

/** Payload of STREAMS_ENDED. */
export interface StreamsEndedNotice {
  /** Epochs of the streams that have ended, of any topic. The broker does not know what came after their last messages. */
  readonly epochs: readonly number[];
}

/** Values of `AuthReply.features`. */
export const Feature = {
  /** A ticket binds a subscriber connection to a session. */
  ticket: 'ticket',
  /** Deliveries carry the delivery block. */
  block: 'block',
  /** A PUB with `PubFlag.noReply` gets no reply. */
  noReply: 'no-reply',
  /** QUERY of type `subscriptions` lists the subscriptions of the session. */
  subscriptions: 'subscriptions',
  /** A session may have several lanes, and SUB takes `lane`, `onSlow` and `maxRate`. */
  lanes: 'lanes',
  /** SUB takes `onSlow: "conflate"`. */
  conflate: 'conflate',
  /** SUB takes `snapshot`. */
  snapshot: 'snapshot',
  /** QUERY of type `heads` lists the sequence of each topic. */
  heads: 'heads',
  /** SUB takes `status`. */
  status: 'status',
  /** QUERY of type `history` reads the journal. Listed only if a namespace keeps history. */
  history: 'history',
  /** SUB takes `replay`. Listed only if a namespace keeps history. */
  replay: 'replay',
} as const;

/** Payload of BOUND: the session to which the ticket has bound the connection, and the epoch. */
export interface BoundNotice {
  readonly session: number;
  readonly epoch: number;
}

/** Payload of QUERY. */
export type QueryRequest =
  | { readonly type: 'namespaces' }
  | { readonly type: 'topics'; readonly namespace: string; readonly page?: number }
  | { readonly type: 'heads'; readonly namespace: string; readonly pattern: string; readonly page?: number }
  | {
      readonly type: 'history';
      readonly namespace: string;
      readonly topic: string;
      readonly epoch: number;
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'permission'; readonly topic: string }
  | { readonly type: 'subscriptions' };

/** One entry of the answer to a `namespaces` query. */
export interface NamespaceListing {
  readonly name: string;
  readonly topics: readonly string[];
  readonly topic_count: number;
}

/** Answer to a `permission` query. */
export interface PermissionListing {
  /** A `UserType`. */
  readonly type: string;
  /** Role by namespace. Empty for types of user whose rights do not come from grants. */
  readonly namespaces: Readonly<Record<string, 'SUB' | 'PUB' | 'ADMIN'>>;
}

/** One entry of the answer to a `subscriptions` query. */
export interface SubscriptionListing {
  readonly namespace: string;
  readonly pattern: string;
  /** 1 to 7; absent for lane 0. */
  readonly lane?: number;
}

/** Answer to a `heads` query. */
export interface HeadListing {
  /** Topic, epoch and last sequence. */
  readonly heads: readonly (readonly [topic: string, epoch: number, sequence: number])[];
  /** The next page; null after the last one. */
  readonly next: number | null;
}

/**
 * The first part of the answer to a `history` query. A u32 with its length precedes it; `count` whole deliveries follow it, one after
 * another, as on the wire.
 */
export interface HistoryListing {
  readonly status: 'QUERY_OK';
  /** Messages in this answer. */
  readonly count: number;
  /** True when the journal has no further message of the range. */
  readonly ended: boolean;
  /** The newest sequence of this epoch in the journal; 0 if it has none. */
  readonly last: number;
  /** The epoch of the topic that follows this one; null when there is none. */
  readonly next_epoch: number | null;
}

/** Payload of SNAPSHOT_END. */
export interface SnapshotEndNotice {
  /** The `request` of the SUB. */
  readonly request: number;
  /** Images that were sent. */
  readonly count: number;
  /** Topics whose last value the broker could not keep (`limits.last_value_bytes`). */
  readonly left_out: number;
  /** `complete`, or why the snapshot ended early: `unsubscribed`, `revoked`, `deleted`, `replaced`. */
  readonly reason: SnapshotEndReason;
}

/** Why a snapshot has ended. `replaced`: the same subscription asked for another one. */
export type SnapshotEndReason = 'complete' | 'unsubscribed' | 'revoked' | 'deleted' | 'replaced';

/** Options of SUB, its payload as JSON. */
export interface SubscribeOptions {
  /** The lane that delivers, 0 to 7; 0 if absent. */
  readonly lane?: number;
  readonly onSlow?: 'dropOldest' | 'dropNewest' | 'conflate' | 'disconnect';
  /** Updates a second for each topic, 0.01 to 1000. */
  readonly maxRate?: number;
  /** The broker first sends the last value of every matching topic. */
  readonly snapshot?: boolean;
  /** The broker sends the status of matching topics, now and on each change. */
  readonly status?: boolean;
  /** A u32 that SNAPSHOT_END, REPLAY_PLACE and REPLAY_END echo. */
  readonly request?: number;
  /** Starts in the past, from the journal. Needs a lane without other subscriptions. */
  readonly replay?: ReplayOptions;
}

/**
 * The messages of a replay: those that are in all of these ranges. Without a lower bound it begins with the oldest message, without an upper
 * one it ends with the message that was the newest at its start.
 */
export interface ReplayOptions {
  /** First time of receipt, Unix microseconds. */
  readonly from_us?: number;
  /** End of the times of receipt, exclusive, Unix microseconds. */
  readonly to_us?: number;
  /** First sequence of each topic, at least 1. */
  readonly from_sequence?: number;
  /** Last sequence of each topic. */
  readonly to_sequence?: number;
  /** `full`, or a multiple of the pace at which the messages came. Default: `full`. */
  readonly speed?: 'full' | number;
  /** When the replay has reached the present, new messages follow. Not allowed with `to_us` or `to_sequence`. */
  readonly follow?: boolean;
  /** The last `place` of an earlier replay with the same ranges. This replay continues after it. */
  readonly place?: string;
  /** Number of messages to skip at the beginning: those that the earlier replay sent after that place. */
  readonly skip?: number;
}

/** A time in which the journal could not be written. Its messages were delivered, and are not in the journal. */
export interface ReplayGap {
  /** Unix microseconds. */
  readonly from_us: number;
  /** Null while it lasts. */
  readonly to_us: number | null;
}

/** Messages that are missing in a replay, as far as the broker knows. */
export interface ReplayMissing {
  /** Retention has removed some or all of the requested messages before this time, Unix microseconds; null if it has not. */
  readonly removed_until_us: number | null;
  readonly gaps: readonly ReplayGap[];
}

/** Payload of REPLAY_PLACE. */
export interface ReplayPlaceNotice extends ReplayMissing {
  /** The `request` of the SUB. */
  readonly request: number;
  /** The place after all messages so far: the `place` of a SUB that continues here. Null before the first message. */
  readonly place: string | null;
}

/** Payload of REPLAY_END. */
export interface ReplayEndNotice extends ReplayMissing {
  /** The `request` of the SUB. */
  readonly request: number;
  readonly reason: ReplayEndReason;
  /** Messages that were sent for this SUB. */
  readonly count: number;
  /** The cause of the failure; null unless the reason is `failed`. */
  readonly problem: string | null;
}

/**
 * Why a replay has ended. `live`: it has reached the present, and new messages follow. `replaced`: the same subscription asked for another
 * replay.
 */
export type ReplayEndReason = 'complete' | 'live' | 'unsubscribed' | 'replaced' | 'revoked' | 'deleted' | 'failed';

/** Payload of an ERROR reply. */
export interface ErrorReply {
  /** A `WireError`. */
  readonly error_code: number;
  readonly error_message: string;
}

/** First bytes of the SUBSCRIBE that binds a subscriber connection: 0x00 and the letters `PMQ1`. The ticket follows them. */
export const ticketPrefix = new Uint8Array([0x00, 0x50, 0x4d, 0x51, 0x31]);

/** Bytes of a ticket SUBSCRIBE: the prefix and 32 hex characters. */
export const ticketSubscriptionBytes = ticketPrefix.length + 32;
