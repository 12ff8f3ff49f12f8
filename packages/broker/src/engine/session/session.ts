import { randomBytes } from 'node:crypto';
import type { Origin } from '../route/origin.js';
import type { Route } from '../route/route.js';
import type { User } from './auth/user.js';
import { Lane } from './lane.js';
import type { SessionConnection } from './session-connection.js';

/** An authenticated connection on the request port: its user, its ticket, its lanes, and the topics it publishes. */
export class Session implements Origin {
  readonly id: number;
  readonly connection: SessionConnection;
  readonly user: User;
  /** Name and version that the client sent with AUTH; null when it sent none. */
  readonly clientName: string | null;
  /** 128 random bits as lowercase hex; binds the subscriber connections of its lanes. */
  readonly ticket = randomBytes(16).toString('hex');
  readonly takesOver = true;
  /** By index; most sessions have lane 0 only, or none. */
  #lanes: Lane<Session>[] | null = null;
  /** Routes that it published to last. */
  #routes: Set<Route> | null = null;
  /** When its connection closed, or authenticated as another user, milliseconds of the monotonic clock; null while it is open. */
  endedSteadyMs: number | null = null;
  publishedCount = 0;
  publishedBytes = 0;
  /** Requests that were refused, with or without a reply. */
  errorCount = 0;

  constructor(id: number, connection: SessionConnection, user: User, clientName: string | null) {
    this.id = id;
    this.connection = connection;
    this.user = user;
    this.clientName = clientName;
  }

  /** Lanes that have been bound or subscribed on. */
  lanes(): readonly Lane<Session>[] {
    return this.#lanes ?? noLanes;
  }

  laneOf(index: number): Lane<Session> | undefined {
    return this.#lanes?.find((lane) => lane.index === index);
  }

  laneOrNew(index: number): Lane<Session> {
    let lane = this.laneOf(index);
    if (lane === undefined) {
      lane = new Lane<Session>(this, index);
      this.#lanes = [...this.lanes(), lane];
    }
    return lane;
  }

  /** Subscriptions of all lanes. */
  get subscriptionCount(): number {
    let count = 0;
    for (const lane of this.lanes()) count += lane.subscriptionCount;
    return count;
  }

  hold(route: Route): void {
    this.#routes ??= new Set();
    this.#routes.add(route);
  }

  release(route: Route): void {
    this.#routes?.delete(route);
  }

  /** Routes whose last message came from this session. */
  routes(): Iterable<Route> {
    return this.#routes ?? [];
  }
}

const noLanes: readonly Lane<Session>[] = [];
