import type { User } from './auth/user.js';
import { Session } from './session.js';
import type { SessionConnection } from './session-connection.js';
import { SetIndex } from './set-index.js';

/** All sessions, found by number, by ticket, by user and by address. */
export class SessionTable {
  /** Subscriptions of all sessions. */
  subscriptionCount = 0;
  #lastId = 0;
  readonly #byId = new Map<number, Session>();
  readonly #byTicket = new Map<string, Session>();
  readonly #byUser = new SetIndex<number, Session>();
  readonly #byAddress = new SetIndex<string, Session>();

  get count(): number {
    return this.#byId.size;
  }

  ofId(id: number): Session | undefined {
    return this.#byId.get(id);
  }

  ofTicket(ticket: string): Session | undefined {
    return this.#byTicket.get(ticket);
  }

  ofUser(userId: number): ReadonlySet<Session> {
    return this.#byUser.of(userId);
  }

  ofAddress(address: string): ReadonlySet<Session> {
    return this.#byAddress.of(address);
  }

  all(): IterableIterator<Session> {
    return this.#byId.values();
  }

  open(connection: SessionConnection, user: User, clientName: string | null): Session {
    const session = new Session(++this.#lastId, connection, user, clientName);
    this.#byId.set(session.id, session);
    this.#byTicket.set(session.ticket, session);
    this.#byUser.add(user.id, session);
    this.#byAddress.add(connection.address, session);
    return session;
  }

  close(session: Session, steadyMs: number): void {
    session.endedSteadyMs = steadyMs;
    this.subscriptionCount -= session.subscriptionCount;
    this.#byId.delete(session.id);
    this.#byTicket.delete(session.ticket);
    this.#byUser.remove(session.user.id, session);
    this.#byAddress.remove(session.connection.address, session);
  }
}
