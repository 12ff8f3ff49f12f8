/** Limits that the engine enforces, each with its configuration key. */
export interface EngineLimits {
  /** Open connections of both ports. `limits.max_connections`, less where the system has fewer descriptors. */
  readonly connectionCount: number;
  /** Open connections of one address. `limits.max_connections_per_address`. */
  readonly connectionsPerAddress: number;
  /** Connections without a log-in. Past it the oldest is closed. `limits.max_pending_connections`. */
  readonly pendingCount: number;
  /** Connections of one address without a log-in. Past it the oldest is closed. `limits.max_pending_per_address`. */
  readonly pendingPerAddress: number;
  /** Time in which a connection on the request port must send a good AUTH. `auth.login_timeout_sec`. */
  readonly loginTimeoutMs: number;
  /** ZMTP handshakes that are begun in a second; further ones wait. `limits.handshakes_per_second`. */
  readonly handshakesPerSecond: number;
  /** Bytes of messages of one user that have begun to arrive. `limits.inbound_bytes_per_user`. */
  readonly inboundBytesPerUser: number;
  /** Bytes of messages of all users that have begun to arrive; a further large message is refused. `limits.inbound_bytes_total`. */
  readonly inboundBytes: number;
  /** Replies that one connection has not read, in bytes. Past it the connection is not read from. `limits.unread_reply_bytes`. */
  readonly unreadReplyBytes: number;
  /** Namespaces. `limits.max_namespaces`. */
  readonly namespaceCount: number;
  /** Topics of all namespaces. `limits.max_topics`. */
  readonly topicCount: number;
  /** Topics that one user may create between two starts. `limits.topics_per_user`. */
  readonly topicsPerUser: number;
  /** Subscriptions of all sessions. `limits.max_subscriptions`. */
  readonly subscriptionCount: number;
  /** Replays of all users that run at the same time. `limits.max_replays`. */
  readonly replayCount: number;
  /** Replays of history of one user that run at the same time; a further one is refused. `limits.replays_per_user`. */
  readonly replaysPerUser: number;
  /** Bars that have not ended, or still wait for late prices. `limits.max_open_bars`. */
  readonly openBarCount: number;
  /** Messages a second that one user may publish; 0 for no limit. `limits.publish_rate_per_user`. */
  readonly publishRatePerUser: number;
  /** Payload bytes a second that one user may publish; 0 for no limit. `limits.publish_bytes_per_user`. */
  readonly publishBytesPerUser: number;
}

/** The limits by name, as logs, figures and metrics call them. */
export const limitNames = [
  'connections',
  'connectionsPerAddress',
  'connectionsPerUser',
  'pendingConnections',
  'pendingPerAddress',
  'loginTimeout',
  'handshakeTimeout',
  'inboundBytesPerUser',
  'inboundBytes',
  'unreadReplies',
  'namespaces',
  'topics',
  'topicsPerNamespace',
  'topicsPerUser',
  'subscriptions',
  'subscriptionsPerSession',
  'replays',
  'replaysPerUser',
  'openBars',
  'barBacklog',
  'barTopics',
  'publishRatePerUser',
  'descriptors',
  'clearText',
] as const;

export type LimitName = (typeof limitNames)[number];

/** How often each limit was reached since the start. */
export type LimitHits = Readonly<Record<LimitName, number>>;
