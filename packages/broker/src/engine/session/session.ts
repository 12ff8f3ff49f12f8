import { randomBytes } from 'node:crypto';
import { RoleLevel } from '@pulsemq/protocol';
import { DropCounts } from '../fanout/subscriber/drop-counts.js';
import type { InterestAtom } from '../route/interest.js';
import type { NamespaceTable } from '../route/namespace-table.js';
import type { User } from './auth/user-table.js';
import type { SessionConnection } from './session-connection.js';
import type { SubscriberConnection } from './subscribe/subscriber-connection.js';

/** An authenticated connection on the request port: who it is, what it has subscribed to, and its ticket. */
export class Session {
  readonly id: number;
  readonly connection: SessionConnection;
  readonly user: User;
  /** 128 random bits as lowercase hex; binds one subscriber connection. */
  readonly ticket = randomBytes(16).toString('hex');
  /** Subscriptions as they were asked for, a set: asking twice is asking once. */
  readonly #subscriptions = new Map<string, InterestAtom>();
  /** The subscriber connection the ticket has bound. */
  subscriber: SubscriberConnection | null = null;
  /** Its connection has closed, or belongs to another user now. */
  isEnded = false;
  publishedCount = 0;
  publishedBytes = 0;
  /** Requests that were refused, whether or not an answer was asked for. */
  errorCount = 0;
  /** What subscribers it had before delivered and lost. */
  readonly earlier = { deliveredCount: 0, deliveredBytes: 0, dropped: new DropCounts() };

  constructor(id: number, connection: SessionConnection, user: User) {
    this.id = id;
    this.connection = connection;
    this.user = user;
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  subscriptions(): IterableIterator<InterestAtom> {
    return this.#subscriptions.values();
  }

  has(namespace: string, pattern: string): boolean {
    return this.#subscriptions.has(`${namespace} ${pattern}`);
  }

  subscribe(namespace: string, pattern: string): void {
    this.#subscriptions.set(`${namespace} ${pattern}`, { namespace, pattern, prefix: '' });
  }

  unsubscribe(namespace: string, pattern: string): void {
    this.#subscriptions.delete(`${namespace} ${pattern}`);
  }

  /** The subscriptions the user still has the right to. */
  *effectiveAtoms(namespaces: NamespaceTable): Generator<InterestAtom> {
    for (const atom of this.#subscriptions.values()) {
      const namespace = namespaces.of(atom.namespace);
      if (namespace !== undefined && this.user.levelIn(namespace) >= RoleLevel.sub) yield atom;
    }
  }
}
