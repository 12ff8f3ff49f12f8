import type { Subscriber } from '../../fanout/subscriber/subscriber.js';
import type { User } from '../auth/user.js';
import type { BoundSubscriber, Lane } from '../lane.js';
import type { Session } from '../session.js';

/** A subscriber without a session is known by its own log-in (PLAIN) or only by its address (legacy). */
export type UnboundKind = 'plain' | 'legacy';

/** A subscriber connection, as the table and the placement of subscribers see it. */
export interface PlacedConnection extends BoundSubscriber {
  readonly address: string;
  readonly port: number;
  /** What its handshake says it is, such as `ZMTP 3.1 SUB`. */
  readonly client: string;
  readonly subscriber: Subscriber;
  /** The user of a log-in by PLAIN or by key, else null. */
  readonly plainUser: User | null;
  /** The key that the peer has proved to have; null for none. */
  readonly provenKey: string | null;
  /** The lane that a ticket bound it to, else null. */
  readonly lane: Lane<Session> | null;
  /** Plain prefixes that it asked for. */
  readonly prefixes: ReadonlySet<string>;
  /** It is neither bound nor PLAIN and has asked for a prefix: sessions of its address decide what it gets. */
  readonly isLegacy: boolean;
  /** The kind under which it was reported as a subscriber of its own; null while it was not. */
  readonly reportedKind: UnboundKind | null;
  /** Ends the connection. */
  end(reason: string): void;
}
