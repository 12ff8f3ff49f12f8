import { matchPattern } from '@pulsemq/protocol';
import type { Subscription } from './subscription.js';

/** One topic that deliveries came for. */
export interface TopicState {
  readonly namespace: string;
  readonly topic: string;
  /** Whom its messages go to. */
  subscriptions: readonly Subscription[];
  /** Of the last delivery; sequence 0 before the first. */
  epoch: number;
  sequence: number;
}

/** Topics by the bytes of their key, with the subscriptions they match: patterns are looked at once a topic, not once a message. */
export class TopicTable {
  readonly #byKey = new Map<string, TopicState>();
  readonly #subscriptions = new Set<Subscription>();

  get subscriptions(): ReadonlySet<Subscription> {
    return this.#subscriptions;
  }

  /** The state of a key `namespace:topic`; undefined for what is no key. */
  of(key: string): TopicState | undefined {
    const state = this.#byKey.get(key);
    if (state !== undefined) return state;
    const colon = key.indexOf(':');
    if (colon < 0) return undefined;
    const namespace = key.slice(0, colon);
    const topic = key.slice(colon + 1);
    const added: TopicState = {
      namespace,
      topic,
      subscriptions: this.#matching(namespace, topic),
      epoch: 0,
      sequence: 0,
    };
    // What nobody wants is not remembered: after an UNSUB a few may still be on their way.
    if (added.subscriptions.length > 0) this.#byKey.set(key, added);
    return added;
  }

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
    for (const state of this.#byKey.values()) state.subscriptions = this.#matching(state.namespace, state.topic);
  }

  /** Topics that nobody wants any more are forgotten: should they be wanted again, what came in between is no gap. */
  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    for (const [key, state] of this.#byKey) {
      state.subscriptions = this.#matching(state.namespace, state.topic);
      if (state.subscriptions.length === 0) this.#byKey.delete(key);
    }
  }

  #matching(namespace: string, topic: string): Subscription[] {
    return [...this.#subscriptions].filter((one) => one.namespace === namespace && matchPattern(one.pattern, topic));
  }
}
