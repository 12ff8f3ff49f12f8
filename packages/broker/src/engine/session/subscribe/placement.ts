import { RoleLevel } from '@pulsemq/protocol';
import type { InterestAtom } from '../../route/interest.js';
import type { InterestTable } from '../../route/interest-table.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import type { User } from '../auth/user-table.js';
import type { Session } from '../session.js';
import type { SessionTable } from '../session-table.js';
import { SetIndex } from '../set-index.js';
import type { SubscriberConnection } from './subscriber-connection.js';

/**
 * Decides what each subscriber connection gets, and moves it to the right interest group. Changes only mark; the work is done
 * once per read, however many SUBs it held, and before the replies leave: SUB_OK means live.
 */
export class SubscriptionKeeper {
  readonly #namespaces: NamespaceTable;
  readonly #interest: InterestTable;
  readonly #sessions: SessionTable;
  readonly #byAddress = new SetIndex<string, SubscriberConnection>();
  readonly #byPlainUser = new SetIndex<User, SubscriberConnection>();
  readonly #byId = new Map<number, SubscriberConnection>();
  #lastId = 0;
  readonly #marked = new Set<SubscriberConnection>();

  constructor(namespaces: NamespaceTable, interest: InterestTable, sessions: SessionTable) {
    this.#namespaces = namespaces;
    this.#interest = interest;
    this.#sessions = sessions;
  }

  /** Something was marked since the last `settle`. */
  get isDirty(): boolean {
    return this.#marked.size > 0;
  }

  /** Subscriber connections, whatever their kind. */
  get subscriberCount(): number {
    return this.#byId.size;
  }

  /** A number no other subscriber of this run has. */
  nextId(): number {
    return ++this.#lastId;
  }

  ofId(id: number): SubscriberConnection | undefined {
    return this.#byId.get(id);
  }

  /** Those that stand for themselves: PLAIN ones, and legacy ones that have asked for something. */
  *unboundSubscribers(): Generator<SubscriberConnection> {
    for (const connection of this.#byId.values()) if (connection.announcedKind !== null) yield connection;
  }

  /** Subscribers that a user opened by PLAIN, without a session. */
  plainOf(userId: number): SubscriberConnection[] {
    return [...this.#byId.values()].filter(({ plainUser }) => plainUser?.id === userId);
  }

  /** Subscribers past half of what they may hold. */
  slowCount(): number {
    let count = 0;
    for (const connection of this.#byId.values()) if (connection.subscriber.isSlow) count++;
    return count;
  }

  add(connection: SubscriberConnection): void {
    this.#byId.set(connection.id, connection);
    if (connection.plainUser !== null) this.#byPlainUser.add(connection.plainUser, connection);
    else this.#byAddress.add(connection.address, connection);
  }

  remove(connection: SubscriberConnection): void {
    this.#byId.delete(connection.id);
    if (connection.plainUser !== null) this.#byPlainUser.remove(connection.plainUser, connection);
    else this.#byAddress.remove(connection.address, connection);
    this.#marked.delete(connection);
    this.#interest.remove(connection.subscriber);
  }

  mark(connection: SubscriberConnection): void {
    this.#marked.add(connection);
  }

  /** A session came, went, or changed its subscriptions. */
  markSession(session: Session): void {
    if (session.subscriber !== null) this.#marked.add(session.subscriber);
    for (const connection of this.#byAddress.of(session.connection.address)) {
      if (connection.isLegacy) this.#marked.add(connection);
    }
  }

  /** A user's rights changed. */
  markUser(user: User): void {
    for (const session of this.#sessions.ofUser(user.id)) this.markSession(session);
    for (const connection of this.#byPlainUser.of(user)) this.#marked.add(connection);
  }

  /** A namespace came, went, or changed: everything is judged again. */
  markAll(): void {
    for (const session of this.#sessions.all()) this.markSession(session);
    for (const connections of this.#byPlainUser.sets()) {
      for (const connection of connections) this.#marked.add(connection);
    }
  }

  /** Moves every marked subscriber to the group of what it may have now. */
  settle(): void {
    if (this.#marked.size === 0) return;
    const marked = [...this.#marked];
    this.#marked.clear();
    for (const connection of marked) this.#interest.place(connection.subscriber, this.#atomsOf(connection));
  }

  #atomsOf(connection: SubscriberConnection): InterestAtom[] {
    if (connection.plainUser !== null) return this.#plainAtoms(connection, connection.plainUser);
    if (connection.session !== null) return [...connection.session.effectiveAtoms(this.#namespaces)];
    return connection.isLegacy ? this.#legacyAtoms(connection) : [];
  }

  /** The union of what live sessions of the same address have asked for in the namespace of each prefix. */
  #legacyAtoms(connection: SubscriberConnection): InterestAtom[] {
    const atoms: InterestAtom[] = [];
    const sessions = this.#sessions.ofAddress(connection.address);
    for (const text of connection.prefixes) {
      const colon = text.indexOf(':');
      if (colon <= 0) continue;
      const namespace = text.slice(0, colon);
      const prefix = text.slice(colon + 1);
      for (const session of sessions) {
        for (const atom of session.effectiveAtoms(this.#namespaces)) {
          if (atom.namespace === namespace) atoms.push({ ...atom, prefix });
        }
      }
    }
    return atoms;
  }

  /** Plain prefixes in every namespace the user may read. */
  #plainAtoms(connection: SubscriberConnection, user: User): InterestAtom[] {
    const atoms: InterestAtom[] = [];
    for (const text of connection.prefixes) {
      const colon = text.indexOf(':');
      for (const namespace of this.#namespaces.all()) {
        if (user.levelIn(namespace) < RoleLevel.sub) continue;
        const key = `${namespace.name}:`;
        if (colon < 0 ? key.startsWith(text) : text.startsWith(key)) {
          atoms.push({ namespace: namespace.name, pattern: '>', prefix: text.slice(key.length) });
        }
      }
    }
    return atoms;
  }
}
