import { randomBytes } from 'node:crypto';
import { DropCounts } from '../fanout/subscriber/drop-counts.js';
import type { Subscriber } from '../fanout/subscriber/subscriber.js';
import type { SubscriberCounts } from '../fanout/subscriber/subscriber-counts.js';
import type { TurnSource } from '../fanout/turn-figures.js';
import type { Interest } from '../route/interest.js';
import type { Origin } from '../route/origin.js';
import { allTopics } from '../route/prefix-set.js';
import type { User } from './auth/user.js';
import type { SessionConnection } from './session-connection.js';

/** The subscriber connection that a ticket has bound, as its session sees it. */
export interface BoundSubscriber {
  readonly id: number;
  readonly subscriber: Subscriber;
  /** Ends the deliveries: the session has ended, or its ticket has bound another connection. */
  releaseSession(): void;
}

/** What subscriber connections have delivered and lost that a session had before. */
export interface EarlierDeliveries {
  deliveredCount: number;
  deliveredBytes: number;
  readonly dropped: DropCounts;
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
  #subscriptions: Map<string, Interest> | null = null;
  /** Routes that it published to last. */
  #routes: Set<TurnSource> | null = null;
  subscriber: BoundSubscriber | null = null;
  /** Its connection has closed, or has authenticated as another user. */
  isEnded = false;
  publishedCount = 0;
  publishedBytes = 0;
  /** Requests that were refused, with or without a reply. */
  errorCount = 0;
  /** What subscriber connections that it had before delivered and lost. */
  earlier: EarlierDeliveries | null = null;

  constructor(id: number, connection: SessionConnection, user: User) {
    this.id = id;
    this.connection = connection;
    this.user = user;
  }

  get subscriptionCount(): number {
    return this.#subscriptions?.size ?? 0;
  }

  subscriptions(): Iterable<Interest> {
    return this.#subscriptions?.values() ?? [];
  }

  has(namespace: string, pattern: string): boolean {
    return this.#subscriptions?.has(`${namespace} ${pattern}`) === true;
  }

  subscribe(namespace: string, pattern: string): void {
    this.#subscriptions ??= new Map();
    this.#subscriptions.set(`${namespace} ${pattern}`, { namespace, pattern, prefixes: allTopics });
  }

  /** False when there was no such subscription. */
  unsubscribe(namespace: string, pattern: string): boolean {
    return this.#subscriptions?.delete(`${namespace} ${pattern}`) === true;
  }

  hold(route: TurnSource): void {
    this.#routes ??= new Set();
    this.#routes.add(route);
  }

  release(route: TurnSource): void {
    this.#routes?.delete(route);
  }

  /** Adds what a subscriber connection has delivered and lost that is bound no longer. */
  keepCounts(counts: SubscriberCounts): void {
    this.earlier ??= { deliveredCount: 0, deliveredBytes: 0, dropped: new DropCounts() };
    counts.moveTo(this.earlier);
  }

  /** Routes whose last message came from this session. */
  routes(): Iterable<TurnSource> {
    return this.#routes ?? [];
  }
}
