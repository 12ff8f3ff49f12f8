import { checkPattern, ErrorCode, PulseMQError, type SubscriptionListing } from '@pulsemq/protocol';
import { orAborted } from './abort.js';
import type { Connection } from './connection.js';
import type { ConnectionKeeper } from './connection-keeper.js';
import { DeliveryReader } from './delivery-reader.js';
import { type Emitter, toError } from './events.js';
import { gapBefore } from './gap.js';
import type { MessageSpan } from './message-scanner.js';
import { namespaceOf } from './names.js';
import { type SubscribeSettings, Subscription, type SubscriptionOwner } from './subscription.js';
import { TopicTable } from './topic-table.js';

/** What a client is subscribed to: who gets which delivery, and that every connection has all of it. */
export class Subscriptions {
  readonly #keeper: () => ConnectionKeeper;
  readonly #events: Emitter;
  readonly #topics = new TopicTable();
  readonly #reader = new DeliveryReader();
  readonly #paused = new Set<Subscription>();
  readonly #owner: SubscriptionOwner;

  constructor(keeper: () => ConnectionKeeper, events: Emitter) {
    this.#keeper = keeper;
    this.#events = events;
    this.#owner = {
      unsubscribe: (subscription) => this.#unsubscribe(subscription),
      setPaused: (subscription, isPaused) => this.#setPaused(subscription, isPaused),
      onSlow: (notice) => this.#events.emit('slow', notice),
      onListenerError: (error) => this.#events.emit('error', toError(error)),
    };
  }

  /** Resolves when it is live. Rejects when it cannot become so, or its signal fires first. */
  async add(namespace: string, pattern: string, settings: SubscribeSettings): Promise<Subscription> {
    const name = namespaceOf(namespace, 'pattern', pattern, checkPattern);
    const subscription = new Subscription(name, pattern, settings, this.#owner);
    // Before the request: a delivery may overtake its SUB_OK.
    this.#topics.add(subscription);
    const live = this.#makeLive(subscription);
    try {
      await orAborted(live, settings.signal);
    } catch (error) {
      subscription.end(error as Error);
      // Nobody waits for the broker to hear of it.
      void this.#unsubscribe(subscription);
      // Where the wait was given up, its SUB may still be to come.
      live.then(() => this.#unsubscribe(subscription)).catch(() => {});
      throw error;
    }
    subscription.closeOn(settings.signal);
    return subscription;
  }

  /** Ends all of them; with an error their iterations throw it. */
  end(error: Error | null): void {
    for (const one of [...this.#topics.subscriptions]) {
      one.end(error);
      this.#topics.remove(one);
    }
  }

  /** Makes a new connection have every subscription, and nothing else, by what the broker says it has. */
  async restore(connection: Connection): Promise<void> {
    let missing = this.#wanted();
    for (let round = 1; missing.length > 0; round++) {
      await Promise.all(missing.map((one) => this.#restoreOne(connection, one)));
      const listed = await connection.subscriptions();
      if (listed === undefined) break;
      missing = await this.#reconcile(connection, missing, listed);
      if (round < 2) continue;
      for (const one of missing) this.#endMatching(one, notThere(one));
      break;
    }
    if (this.#paused.size > 0) await connection.setPaused(true);
  }

  onDelivery(buf: Buffer, span: MessageSpan): void {
    this.#reader.check(span);
    const state = this.#topics.find(buf, span.bounds[0]!, span.bounds[1]!);
    if (state === undefined) return;
    const message = this.#reader.read(state, buf, span);
    const gap = gapBefore(state, message);
    if (gap !== null) this.#events.emit('gap', gap);
    // Backwards: one that is made while another is called is not called yet. One that has ended takes nothing.
    const { subscriptions } = state;
    for (let index = subscriptions.length - 1; index >= 0; index--) subscriptions[index]?.deliver(message);
  }

  onReadEnd(): void {
    this.#reader.endRead();
  }

  /** Each namespace and pattern once. */
  #wanted(): Subscription[] {
    const wanted = new Map<string, Subscription>();
    for (const one of this.#topics.subscriptions) wanted.set(keyOf(one), one);
    return [...wanted.values()];
  }

  async #restoreOne(connection: Connection, one: Subscription): Promise<void> {
    try {
      await connection.subscribe(one.namespace, one.pattern);
    } catch (error) {
      if (connection.isLost) throw error;
      this.#endMatching(one, error as Error);
    }
  }

  /** Takes back what the broker has and nobody wants any more; returns what was asked for and is not there. */
  async #reconcile(
    connection: Connection,
    asked: readonly Subscription[],
    listed: readonly SubscriptionListing[],
  ): Promise<Subscription[]> {
    const wanted = new Set(this.#wanted().map(keyOf));
    const extra = listed.filter((one) => !wanted.has(keyOf(one)));
    await Promise.all(extra.map(({ namespace, pattern }) => connection.unsubscribe(namespace, pattern)));
    const had = new Set(listed.map(keyOf));
    return asked.filter((one) => !one.isClosed && !had.has(keyOf(one)));
  }

  /** Through lost connections: what breaks on the way is tried on the next one. */
  async #makeLive({ namespace, pattern }: Subscription): Promise<void> {
    const keeper = this.#keeper();
    for (;;) {
      const connection = await keeper.connection();
      try {
        return await connection.subscribe(namespace, pattern);
      } catch (error) {
        if (!connection.isLost || !keeper.isTrying) throw error;
      }
    }
  }

  async #unsubscribe(subscription: Subscription): Promise<void> {
    this.#topics.remove(subscription);
    this.#setPaused(subscription, false);
    const { namespace, pattern } = subscription;
    if (this.#topics.hasTwin(subscription)) return;
    const connection = this.#keeper().current;
    try {
      await connection?.unsubscribe(namespace, pattern);
    } catch (error) {
      // A connection that is gone has no subscriptions left either.
      if (connection?.isLost !== true) this.#events.emit('error', toError(error));
    }
  }

  /** The broker refuses what it once allowed. */
  #endMatching({ namespace, pattern }: Subscription, error: Error): void {
    for (const one of [...this.#topics.subscriptions]) {
      if (one.namespace !== namespace || one.pattern !== pattern) continue;
      this.#topics.remove(one);
      one.end(error);
    }
    this.#events.emit('error', error);
  }

  #setPaused(subscription: Subscription, isPaused: boolean): void {
    const wasPaused = this.#paused.size > 0;
    if (isPaused) this.#paused.add(subscription);
    else this.#paused.delete(subscription);
    const shouldPause = this.#paused.size > 0;
    if (shouldPause === wasPaused) return;
    this.#keeper()
      .current?.setPaused(shouldPause)
      .catch((error) => this.#events.emit('error', toError(error)));
  }
}

const keyOf = ({ namespace, pattern }: { readonly namespace: string; readonly pattern: string }): string =>
  `${namespace}:${pattern}`;

const notThere = (one: Subscription): PulseMQError =>
  new PulseMQError(ErrorCode.protocol, `the broker says that it has no subscription to ${keyOf(one)}`);
