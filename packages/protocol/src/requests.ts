/** The JSON bodies of requests and replies on the request port. */

/** Payload of AUTH. */
export interface AuthRequest {
  readonly username: string;
  readonly token: string;
}

/** Payload of the ACK to an accepted AUTH. The Python broker sends only the first two fields. */
export interface AuthReply {
  readonly status: 'AUTH_OK';
  readonly user_id: number;
  /** 32 lower-case hex characters. They bind one subscriber connection to this session. */
  readonly ticket?: string;
  /** Number of the session. No other session has it until the broker restarts. */
  readonly session?: number;
  /** Changes when sequence numbers begin again at 1. */
  readonly epoch?: number;
  /** Name and version of the broker, such as `pulsemq/0.1.0`. */
  readonly server?: string;
  /** Features that this broker adds to those of `pulse-mq` 0.3.0: values of `Feature`. */
  readonly features?: readonly string[];
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

/** Payload of SNAPSHOT_END. */
export interface SnapshotEndNotice {
  /** The `request` of the SUB. */
  readonly request: number;
  /** Images that were sent. */
  readonly count: number;
  /** Topics whose last value the broker could not keep (`limits.snapshot_bytes`). */
  readonly left_out: number;
  /** `complete`, or why the snapshot ended early: `unsubscribed`, `revoked`, `deleted`, `replaced`. */
  readonly reason: SnapshotEndReason;
}

export type SnapshotEndReason = 'complete' | 'unsubscribed' | 'revoked' | 'deleted' | 'replaced';

/** Options of SUB, its payload as JSON. */
export interface SubscribeOptions {
  /** The lane that delivers, 0 to 7; 0 if absent. */
  readonly lane?: number;
  readonly onSlow?: 'dropOldest' | 'dropNewest' | 'conflate' | 'disconnect';
  /** Updates a second for each topic, 0.01 to 1000. */
  readonly maxRate?: number;
  /** Sends the last value of every matching topic first. */
  readonly snapshot?: boolean;
  /** Sends the status of matching topics, now and on each change. */
  readonly status?: boolean;
  /** A u32 that SNAPSHOT_END echoes. */
  readonly request?: number;
}

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
