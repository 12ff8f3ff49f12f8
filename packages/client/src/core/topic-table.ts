import { ByteTable, matchPattern } from '@pulsemq/protocol';
import { latin1Text } from '@pulsemq/zmtp';
import type { Subscription } from './subscription.js';
import type { TopicState } from './topic-state.js';
import { resumeStreams } from './topic-streams.js';

const isLiteral = (pattern: string): boolean => !/[*>]/.test(pattern);
const keyOf = (namespace: string, topic: string): string => `${namespace}:${topic}`;

const matches = ({ namespace, pattern }: Subscription, state: TopicState): boolean =>
  namespace === state.namespace && matchPattern(pattern, state.topic);

/**
 * Topics by the bytes of their key, with the subscriptions that match them. Patterns are matched once per topic, not per message.
 * Patterns without a wildcard are found by their key: five thousand of them cost as little as one.
 */
export class TopicTable {
  readonly #byKey = new Map<string, TopicState>();
  /** A cache of `#byKey` for keys in their bytes. */
  readonly #index = new ByteTable<TopicState>();
  readonly #all = new Set<Subscription>();
  readonly #literal = new Map<string, Set<Subscription>>();
  readonly #wildcard = new Set<Subscription>();

  /** All subscriptions. */
  get subscriptions(): ReadonlySet<Subscription> {
    return this.#all;
  }

  /** The topic of the key `namespace:topic` in the bytes `[start, end)`. Undefined if no subscription matches it or it is not a key. */
  find(buf: Uint8Array, start: number, end: number): TopicState | undefined {
    const known = this.#index.find(buf, start, end);
    if (known !== undefined) return known;
    // A valid key is ASCII.
    const state = this.#of(latin1Text(buf, start, end));
    if (state === undefined || state.subscriptions.length === 0) return undefined;
    this.#index.add(buf, start, end, state);
    return state;
  }

  /** The topics that have had a delivery. */
  all(): IterableIterator<TopicState> {
    return this.#byKey.values();
  }

  /** The topic, if it has had a delivery. */
  known(namespace: string, topic: string): TopicState | undefined {
    return this.#byKey.get(keyOf(namespace, topic));
  }

  /** Subscriptions that match a topic, also one without a delivery. */
  matching(namespace: string, topic: string): readonly Subscription[] {
    return this.#of(keyOf(namespace, topic))?.subscriptions ?? [];
  }

  /** The connection is a new one. Returns the topics that have had a delivery. */
  resume(): TopicState[] {
    const delivered = [...this.#byKey.values()].filter(({ sequence }) => sequence > 0);
    for (const state of delivered) {
      // Messages that came before and wait for the fill belong to the connection that was lost.
      if (state.fill === null) resumeStreams(state);
      else state.fill.hold({ isResumed: true });
    }
    return delivered;
  }

  #of(key: string): TopicState | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const colon = key.indexOf(':');
    if (colon < 0) return undefined;
    const state: TopicState = {
      namespace: key.slice(0, colon),
      topic: key.slice(colon + 1),
      subscriptions: [...(this.#literal.get(key) ?? [])],
      epoch: 0,
      sequence: 0,
      isResumed: false,
      others: null,
      unsure: null,
      lostEnds: null,
      dropCount: 0,
      fill: null,
      given: null,
    };
    for (const one of this.#wildcard) if (matches(one, state)) state.subscriptions.push(one);
    // A topic without subscriptions is not stored: after an UNSUB some deliveries may still arrive.
    if (state.subscriptions.length > 0) this.#byKey.set(key, state);
    return state;
  }

  /** Adds a subscription. It receives messages from now on. */
  add(subscription: Subscription): void {
    const { namespace, pattern } = subscription;
    this.#all.add(subscription);
    if (!isLiteral(pattern)) {
      this.#wildcard.add(subscription);
      for (const state of this.#byKey.values()) {
        if (matches(subscription, state)) state.subscriptions.push(subscription);
      }
      return;
    }
    const key = keyOf(namespace, pattern);
    const literals = this.#literal.get(key);
    if (literals === undefined) this.#literal.set(key, new Set([subscription]));
    else literals.add(subscription);
    this.#byKey.get(key)?.subscriptions.push(subscription);
  }

  /** Removes a subscription. Topics without subscriptions are deleted, so a later subscription does not report the time between as a gap. */
  remove(subscription: Subscription): void {
    if (!this.#all.delete(subscription)) return;
    const { namespace, pattern } = subscription;
    if (!isLiteral(pattern)) {
      this.#wildcard.delete(subscription);
      for (const key of this.#byKey.keys()) this.#removeFrom(key, subscription);
      return;
    }
    const key = keyOf(namespace, pattern);
    const literals = this.#literal.get(key);
    literals?.delete(subscription);
    if (literals?.size === 0) this.#literal.delete(key);
    this.#removeFrom(key, subscription);
  }

  /** All subscriptions with the same namespace and pattern, itself included while it is in the table. */
  twins({ namespace, pattern }: Subscription): Subscription[] {
    if (isLiteral(pattern)) return [...(this.#literal.get(keyOf(namespace, pattern)) ?? [])];
    return [...this.#wildcard].filter((one) => one.namespace === namespace && one.pattern === pattern);
  }

  #removeFrom(key: string, subscription: Subscription): void {
    const state = this.#byKey.get(key);
    if (state === undefined || !state.subscriptions.includes(subscription)) return;
    state.subscriptions = state.subscriptions.filter((one) => one !== subscription);
    if (state.subscriptions.length > 0) return;
    this.#byKey.delete(key);
    this.#index.clear();
  }
}
