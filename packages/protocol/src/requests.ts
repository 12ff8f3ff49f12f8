/** The JSON bodies of requests and replies on the request port. */

/** Payload of AUTH. */
export interface AuthRequest {
  readonly username: string;
  readonly token: string;
}

/** Payload of the ACK to a good AUTH. The Python broker sends only the first two. */
export interface AuthReply {
  readonly status: 'AUTH_OK';
  readonly user_id: number;
  /** 32 lowercase hex characters; binds one subscriber connection to this session. */
  readonly ticket?: string;
  /** Number of the session, unique while the broker runs. */
  readonly session?: number;
  /** Changes whenever sequence numbers start again. */
  readonly epoch?: number;
  /** Name and version of the broker, such as `pulsemq/0.1.0`. */
  readonly server?: string;
  /** What this broker can do beyond `pulse-mq` 0.3.0; see `Feature`. */
  readonly features?: readonly string[];
}

/** Words of `AuthReply.features`. */
export const Feature = {
  /** A subscriber connection can be bound by ticket. */
  ticket: 'ticket',
  /** Deliveries carry the 24-byte block. */
  block: 'block',
  /** PUB flag 0x20 is honoured. */
  noReply: 'no-reply',
  /** QUERY tells what a session is subscribed to. */
  subscriptions: 'subscriptions',
} as const;

/** Payload of a BOUND message. */
export interface BoundNotice {
  readonly session: number;
  readonly epoch: number;
}

/** What happens to a subscriber's queue when it is full. */
export const slowPolicies = ['dropOldest', 'dropNewest', 'conflate', 'disconnect'] as const;
export type SlowPolicy = (typeof slowPolicies)[number];

/** Payload of SUB, when it has one. */
export interface SubscribeOptions {
  readonly snapshot?: boolean;
  readonly onSlow?: SlowPolicy;
  /** Messages a second at most, per topic. */
  readonly maxRate?: number;
  readonly status?: boolean;
}

/** Payload of QUERY. */
export type QueryRequest =
  | { readonly type: 'namespaces' }
  | { readonly type: 'topics'; readonly namespace: string }
  | { readonly type: 'permission'; readonly topic: string }
  | { readonly type: 'subscriptions' };

/** One entry of the answer to a `namespaces` query. */
export interface NamespaceListing {
  readonly name: string;
  readonly topics: readonly string[];
  readonly topic_count: number;
}

/** Answer to a `permission` query. `namespaces` is empty for types whose rights do not come from grants. */
export interface PermissionListing {
  readonly type: string;
  readonly namespaces: Readonly<Record<string, 'SUB' | 'PUB' | 'ADMIN'>>;
}

/** One entry of the answer to a `subscriptions` query. */
export interface SubscriptionListing {
  readonly namespace: string;
  readonly pattern: string;
}

/** Payload of an ERROR reply. */
export interface ErrorReply {
  readonly error_code: number;
  readonly error_message: string;
}

/** First bytes of the SUBSCRIBE that binds a subscriber connection: 0x00 and four letters; the ticket follows. */
export const ticketPrefix = new Uint8Array([0x00, 0x50, 0x4d, 0x51, 0x31]);

/** Bytes of a ticket SUBSCRIBE: the prefix and 32 hex characters. */
export const ticketSubscriptionBytes = ticketPrefix.length + 32;
