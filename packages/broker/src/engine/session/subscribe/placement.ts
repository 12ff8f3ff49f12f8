import type { Guard } from '../../../guard.js';
import type { InterestTable } from '../../route/interest-table.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import type { User } from '../auth/user.js';
import type { Lane } from '../lane.js';
import type { Session } from '../session.js';
import type { SessionTable } from '../session-table.js';
import { EntitledInterests } from './entitled-interests.js';
import type { PlacedConnection } from './placed-connection.js';
import type { SubscriberTable } from './subscriber-table.js';

/** Time in one turn of the loop that placing legacy connections may take: one SUB can concern thousands of them. */
const legacyBudgetMs = 1;

/**
 * Moves each subscriber connection to the interest group of what it may have. Changes only mark a connection; the work is done once for
 * each read, for all SUBs in it, and before the replies leave: SUB_OK means live. Of many legacy connections of one address some may follow in the
 * next turns.
 */
export class Placement {
  readonly #namespaces: NamespaceTable;
  readonly #interest: InterestTable;
  readonly #sessions: SessionTable;
  readonly #subscribers: SubscriberTable;
  readonly #guard: Guard;
  readonly #marked = new Set<PlacedConnection>();
  /** Legacy connections that are marked. */
  readonly #legacy = new Set<PlacedConnection>();
  #isScheduled = false;
  /** Called when a lane has its place: what is accepted from now on reaches it. */
  onPlaced: (lane: Lane<Session>) => void = () => {};

  constructor(
    namespaces: NamespaceTable,
    interest: InterestTable,
    sessions: SessionTable,
    subscribers: SubscriberTable,
    guard: Guard,
  ) {
    this.#namespaces = namespaces;
    this.#interest = interest;
    this.#sessions = sessions;
    this.#subscribers = subscribers;
    this.#guard = guard;
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
    for (const { subscriber } of session.lanes()) {
      const bound = subscriber === null ? undefined : this.#subscribers.ofId(subscriber.id);
      if (bound !== undefined) this.#marked.add(bound);
    }
    for (const connection of this.#subscribers.ofAddress(session.connection.address)) {
      if (connection.isLegacy) this.#legacy.add(connection);
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

  /** Moves the marked connections to their groups; of legacy connections as many as a turn allows, the others in the next turns. */
  apply(): void {
    this.#place(this.#marked, Number.POSITIVE_INFINITY);
    if (this.#legacy.size > 0 && !this.#isScheduled) this.#placeLegacy();
  }

  /** Moves all marked connections at once: a right was revoked, and no further message may be delivered under it. */
  applyAll(): void {
    this.#place(this.#marked, Number.POSITIVE_INFINITY);
    this.#place(this.#legacy, Number.POSITIVE_INFINITY);
  }

  #placeLegacy(): void {
    this.#isScheduled = false;
    this.#place(this.#legacy, performance.now() + legacyBudgetMs);
    if (this.#legacy.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => this.#guard.run('placing legacy subscribers', () => this.#placeLegacy()));
  }

  /** Places connections until that time of the monotonic clock. */
  #place(marked: Set<PlacedConnection>, untilMs: number): void {
    if (marked.size === 0) return;
    const entitled = new EntitledInterests(this.#namespaces, this.#sessions);
    for (const connection of marked) {
      marked.delete(connection);
      const { lane } = connection;
      this.#interest.place(connection.subscriber, entitled.of(connection), lane?.policy.maxRate ?? null);
      if (lane !== null) this.onPlaced(lane);
      if (performance.now() > untilMs) return;
    }
  }

  /** Takes a connection out of its group. */
  remove(connection: PlacedConnection): void {
    this.#marked.delete(connection);
    this.#legacy.delete(connection);
    this.#interest.remove(connection.subscriber);
  }
}
