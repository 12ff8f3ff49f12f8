import { DropCounts } from '../fanout/subscriber/drop-counts.js';
import type { SlowPolicy } from '../fanout/subscriber/policy.js';
import type { Subscriber } from '../fanout/subscriber/subscriber.js';
import type { MovedCounts, SubscriberCounts } from '../fanout/subscriber/subscriber-counts.js';
import type { Interest } from '../route/interest.js';
import { allTopics } from '../route/prefix-set.js';

/** Messages of the broker's own that may wait for a lane before it may ask for more of them. */
export const waitingMarkerMaxCount = 64;

/** Lanes that a session may have. */
export const laneMaxCount = 8;

/** The subscriber connection that a ticket has bound to a lane, as the lane sees it. */
export interface BoundSubscriber {
  readonly id: number;
  readonly subscriber: Subscriber;
  /** The bytes of the SUBSCRIBE that bound it: the key of messages of the broker's own. */
  readonly boundKey: Uint8Array;
  /** Ends the deliveries: the session has ended, or its ticket has bound another connection. */
  releaseLane(): void;
}

/** How a lane is delivered to. Its first subscription fixes it. */
export interface LanePolicy {
  readonly onSlow: SlowPolicy;
  /** Updates a second for each topic; null for no limit. */
  readonly maxRate: number | null;
}

export const defaultPolicy: LanePolicy = { onSlow: 'dropOldest', maxRate: null };

/** A subscription of a lane. */
export interface Subscription extends Interest {
  /** It wants the status of matching topics. */
  wantsStatus: boolean;
  /** It began in the past. */
  readonly isReplay: boolean;
  /** Its lane gets what is accepted from now on. */
  isLive: boolean;
}

/** The session of a lane, as the lane sees it. */
export interface LaneOwner {
  readonly id: number;
}

/** A stream of deliveries of one session with one policy: one subscriber connection and its subscriptions. */
export class Lane<Owner extends LaneOwner = LaneOwner> {
  readonly session: Owner;
  /** 0 to 7. */
  readonly index: number;
  subscriber: BoundSubscriber | null = null;
  /** What subscriber connections that it had before delivered and lost. */
  earlier: MovedCounts | null = null;
  #policy: LanePolicy = defaultPolicy;
  /** Subscriptions as they were asked for, a set: asking twice is asking once. */
  #subscriptions: Map<string, Subscription> | null = null;

  constructor(session: Owner, index: number) {
    this.session = session;
    this.index = index;
  }

  /** The policy of its subscriptions; the default while it has none. */
  get policy(): LanePolicy {
    return this.#policy;
  }

  get subscriptionCount(): number {
    return this.#subscriptions?.size ?? 0;
  }

  /** It has a replay, or one that went live, and nothing else. */
  get isReplay(): boolean {
    for (const { isReplay } of this.subscriptions()) if (isReplay) return true;
    return false;
  }

  subscriptions(): Iterable<Subscription> {
    return this.#subscriptions?.values() ?? [];
  }

  subscription(namespace: string, pattern: string): Subscription | undefined {
    return this.#subscriptions?.get(keyOf(namespace, pattern));
  }

  /** Adds a subscription. The first one sets the policy. One that begins in the past is not live yet. */
  subscribe(
    namespace: string,
    pattern: string,
    policy: LanePolicy,
    { wantsStatus, isReplay }: Pick<Subscription, 'wantsStatus' | 'isReplay'>,
  ): Subscription {
    if (this.subscriptionCount === 0) this.#setPolicy(policy);
    this.#subscriptions ??= new Map();
    const isLive = !isReplay;
    const subscription = { namespace, pattern, prefixes: allTopics, wantsStatus, isReplay, isLive };
    this.#subscriptions.set(keyOf(namespace, pattern), subscription);
    return subscription;
  }

  /** False when there was no such subscription. The lane is free again when its last one goes. */
  unsubscribe(namespace: string, pattern: string): boolean {
    const isDeleted = this.#subscriptions?.delete(keyOf(namespace, pattern)) === true;
    if (this.subscriptionCount === 0) this.#setPolicy(defaultPolicy);
    return isDeleted;
  }

  /** Binds a subscriber connection; the one that was bound before is released. */
  bind(subscriber: BoundSubscriber): void {
    this.subscriber?.releaseLane();
    this.subscriber = subscriber;
    subscriber.subscriber.setPolicy(this.#policy.onSlow);
  }

  /** Adds what a subscriber connection has delivered and lost that is bound no longer. */
  keepCounts(counts: SubscriberCounts): void {
    this.earlier ??= noMovedCounts();
    counts.moveTo(this.earlier);
  }

  #setPolicy(policy: LanePolicy): void {
    this.#policy = policy;
    this.subscriber?.subscriber.setPolicy(policy.onSlow);
  }
}

export const noMovedCounts = (): MovedCounts => ({
  deliveredCount: 0,
  deliveredBytes: 0,
  conflatedCount: 0,
  matchedCount: 0,
  dropped: new DropCounts(),
});

const keyOf = (namespace: string, pattern: string): string => `${namespace} ${pattern}`;
