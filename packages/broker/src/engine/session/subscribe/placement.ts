import type { InterestTable } from '../../route/interest-table.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import type { User } from '../auth/user.js';
import type { Session } from '../session.js';
import type { SessionTable } from '../session-table.js';
import { entitledInterests } from './entitled-interests.js';
import type { PlacedConnection } from './placed-connection.js';
import type { SubscriberTable } from './subscriber-table.js';

/**
 * Moves each subscriber connection to the interest group of what it may have. Changes only mark a connection; the work is done once for
 * each read, for all SUBs in it, and before the replies leave: SUB_OK means live.
 */
export class Placement {
  readonly #namespaces: NamespaceTable;
  readonly #interest: InterestTable;
  readonly #sessions: SessionTable;
  readonly #subscribers: SubscriberTable;
  readonly #marked = new Set<PlacedConnection>();

  constructor(
    namespaces: NamespaceTable,
    interest: InterestTable,
    sessions: SessionTable,
    subscribers: SubscriberTable,
  ) {
    this.#namespaces = namespaces;
    this.#interest = interest;
    this.#sessions = sessions;
    this.#subscribers = subscribers;
  }

  /** Connections are marked. */
  get isDirty(): boolean {
    return this.#marked.size > 0;
  }

  mark(connection: PlacedConnection): void {
    this.#marked.add(connection);
  }

  /** Marks what a session decides on: it opened, ended, or changed its subscriptions. */
  markSession(session: Session): void {
    const bound = session.subscriber === null ? undefined : this.#subscribers.ofId(session.subscriber.id);
    if (bound !== undefined) this.#marked.add(bound);
    for (const connection of this.#subscribers.ofAddress(session.connection.address)) {
      if (connection.isLegacy) this.#marked.add(connection);
    }
  }

  /** Marks what a user's rights decide on. */
  markUser(user: User): void {
    for (const session of this.#sessions.ofUser(user.id)) this.markSession(session);
    for (const connection of this.#subscribers.ofPlainUser(user.id)) this.#marked.add(connection);
  }

  /** Marks everything: a namespace came, went, or changed. */
  markAll(): void {
    for (const session of this.#sessions.all()) this.markSession(session);
    for (const connection of this.#subscribers.plain()) this.#marked.add(connection);
  }

  /** Moves every marked connection to its group. */
  apply(): void {
    if (this.#marked.size === 0) return;
    const marked = [...this.#marked];
    this.#marked.clear();
    for (const connection of marked) {
      const interests = entitledInterests(connection, this.#namespaces, this.#sessions);
      this.#interest.place(connection.subscriber, interests);
    }
  }

  /** Takes a connection out of its group. */
  remove(connection: PlacedConnection): void {
    this.#marked.delete(connection);
    this.#interest.remove(connection.subscriber);
  }
}
