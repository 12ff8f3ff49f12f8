/** What the planes tell each other about a search on all brokers: who publishes a topic, and where a user is logged in. */

/** What is looked for on all brokers of the cluster. */
export type FindQuestion =
  /** The sessions whose messages of a topic came within the last minute, or came last. */
  | { readonly kind: 'publishers'; readonly namespace: string; readonly topic: string }
  /** The sessions of a user. */
  | { readonly kind: 'sessions'; readonly username: string };

/** A session that was found. */
export interface FoundSession {
  /** Its number at its broker. */
  readonly session: number;
  readonly username: string;
  /** Name and version that the client sent, or what its handshake says it is. */
  readonly client: string;
  /** Remote address, without the port. */
  readonly address: string;
}

/** What one broker has of it. */
export interface Found {
  /** All of them, also those past the limit of the list. */
  readonly count: number;
  readonly sessions: readonly FoundSession[];
  /** The last message of the topic that this broker accepted in this run; null for none, and for the sessions of a user. */
  readonly last: { readonly epoch: number; readonly sequence: number; readonly receivedAtUs: number } | null;
}

/** What another broker has of it; `found` is null for one that did not answer in time. */
export interface FoundAtPeer {
  readonly brokerId: string;
  readonly brokerName: string;
  readonly found: Found | null;
}
