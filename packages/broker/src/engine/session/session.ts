import { randomBytes } from 'node:crypto';
import { DropCounts } from '../fanout/subscriber/drop-counts.js';
import type { Subscriber } from '../fanout/subscriber/subscriber.js';
import type { TurnSource } from '../fanout/turn-figures.js';
import type { Interest } from '../route/interest.js';
import type { Origin } from '../route/origin.js';
import type { User } from './auth/user.js';
import type { SessionConnection } from './session-connection.js';

/** The subscriber connection that a ticket has bound, as its session sees it. */
export interface BoundSubscriber {
  readonly id: number;
  readonly subscriber: Subscriber;
  /** Ends the deliveries: the session has ended, or its ticket has bound another connection. */
  releaseSession(): void;
}

/** An authenticated connection on the request port: its user, its subscriptions, its ticket, and the topics it publishes. */
export class Session implements Origin {
  readonly id: number;
  readonly connection: SessionConnection;
  readonly user: User;
  /** 128 random bits as lowercase hex; binds one subscriber connection. */
  readonly ticket = randomBytes(16).toString('hex');
  readonly takesOver = true;
  /** Subscriptions as they were asked for, a set: asking twice is asking once. */
  readonly #subscriptions = new Map<string, Interest>();
  /** Routes that it published to last. */
  readonly #routes = new Set<TurnSource>();
  subscriber: BoundSubscriber | null = null;
  /** Its connection has closed, or has authenticated as another user. */
  isEnded = false;
  publishedCount = 0;
  publishedBytes = 0;
  /** Requests that were refused, with or without a reply. */
  errorCount = 0;
  /** What subscriber connections that it had before delivered and lost. */
  readonly earlier = { deliveredCount: 0, deliveredBytes: 0, dropped: new DropCounts() };

  constructor(id: number, connection: SessionConnection, user: User) {
    this.id = id;
    this.connection = connection;
    this.user = user;
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  subscriptions(): IterableIterator<Interest> {
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

  hold(route: TurnSource): void {
    this.#routes.add(route);
  }

  release(route: TurnSource): void {
    this.#routes.delete(route);
  }

  /** Routes whose last message came from this session. */
  routes(): IterableIterator<TurnSource> {
    return this.#routes.values();
  }
}
