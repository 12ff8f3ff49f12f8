import { checkPattern, ErrorCode, PulseMQError, type SubscriptionListing } from '@pulsemq/protocol';
import { orAborted } from './abort.js';
import type { Connection } from './connection.js';
import type { ConnectionKeeper, KeptState } from './connection-keeper.js';
import { DeliveryReader } from './delivery-reader.js';
import { type Emitter, toError } from './events.js';
import { gapBefore } from './gap.js';
import type { MessageSpan } from './message-scanner.js';
import { namespaceOf } from './names.js';
import type { Allocate } from './platform.js';
import type { DeliveryReceiver } from './subscriber-channel.js';
import { type SubscribeSettings, Subscription, type SubscriptionOwner } from './subscription.js';
import { TopicTable } from './topic-table.js';

/** The subscriptions of a client. Hands deliveries to them and restores them on each new connection. */
export class Subscriptions implements DeliveryReceiver, KeptState {
  readonly #keeper: () => ConnectionKeeper;
  readonly #events: Emitter;
  readonly #topics = new TopicTable();
  readonly #reader: DeliveryReader;
  readonly #paused = new Set<Subscription>();
  readonly #owner: SubscriptionOwner;

  constructor(keeper: () => ConnectionKeeper, events: Emitter, allocate: Allocate) {
    this.#keeper = keeper;
    this.#reader = new DeliveryReader(allocate);
    this.#events = events;
    this.#owner = {
      unsubscribe: (subscription) => this.#unsubscribe(subscription),
      setPaused: (subscription, isPaused) => this.#setPaused(subscription, isPaused),
      onSlow: (notice) => this.#events.emit('slow', notice),
      onListenerError: (error) => this.#events.emit('error', toError(error)),
    };
  }

  /** Resolves when the subscription is live. Rejects if the broker refuses it, the client gives up, or its signal is aborted. */
  async add(namespace: string, pattern: string, settings: SubscribeSettings): Promise<Subscription> {
    const name = namespaceOf(namespace, 'pattern', pattern, checkPattern);
    const subscription = new Subscription(name, pattern, settings, this.#owner);
    // Before the request, because deliveries may arrive before SUB_OK does.
    this.#topics.add(subscription);
    const live = this.#makeLive(subscription);
    try {
      await orAborted(live, settings.signal);
    } catch (error) {
      subscription.end(error as Error);
      // Not awaited: the caller needs only the error.
      void this.#unsubscribe(subscription);
      // After an abort, its SUB may still be sent.
      live.then(() => this.#unsubscribe(subscription)).catch(() => {});
      throw error;
    }
    subscription.closeOn(settings.signal);
    return subscription;
  }

  /** Ends all subscriptions. Their iterations throw the error, if there is one. */
  end(error: Error | null): void {
    for (const one of [...this.#topics.subscriptions]) {
      one.end(error);
      this.#topics.remove(one);
    }
  }

  /** Restores all subscriptions on a new connection, and compares them with the broker's list. */
  async restore(connection: Connection): Promise<void> {
    let missing = this.#wanted();
    for (let round = 1; missing.length > 0; round++) {
      await Promise.all(missing.map((one) => this.#restoreOne(connection, one)));
      const listed = await connection.subscriptions();
      if (listed === undefined) break;
      missing = await this.#reconcile(connection, missing, listed);
      if (round < 2) continue;
      for (const one of missing) this.#endMatching(one, notListed(one));
      break;
    }
    if (this.#paused.size > 0) await connection.setPaused(true);
  }

  /** Hands a delivery to the subscriptions that match. Throws a PulseMQError `PMQ_PROTOCOL` if it is malformed. */
  onDelivery(buf: Uint8Array, span: MessageSpan): void {
    this.#reader.check(span);
    const state = this.#topics.find(buf, span.bounds[0]!, span.bounds[1]!);
    if (state === undefined) return;
    const message = this.#reader.read(state, buf, span);
    const gap = gapBefore(state, message);
    if (gap !== null) this.#events.emit('gap', gap);
    // Backwards, so that a subscription added during a call is not called. One that has ended ignores the message.
    const { subscriptions } = state;
    for (let index = subscriptions.length - 1; index >= 0; index--) subscriptions[index]?.deliver(message);
  }

  /** The transport is about to overwrite the bytes of the deliveries. */
  onReadEnd(): void {
    this.#reader.endRead();
  }

  /** One subscription per namespace and pattern. */
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

  /** Cancels what the broker lists and no subscription wants. Returns what was requested and is not listed. */
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

  /** Subscribes at the broker. After a lost connection it tries again on the next one, for at most `offlineTimeoutMs`. */
  async #makeLive({ namespace, pattern }: Subscription): Promise<void> {
    const keeper = this.#keeper();
    const endMs = performance.now() + keeper.offlineTimeoutMs;
    for (;;) {
      const connection = await keeper.connection();
      try {
        return await connection.subscribe(namespace, pattern);
      } catch (error) {
        if (!connection.isLost || !keeper.isTrying || performance.now() > endMs) throw error;
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
      // The subscriptions of a lost connection ended with it.
      if (connection?.isLost !== true) this.#events.emit('error', toError(error));
    }
  }

  /** Ends all subscriptions of a namespace and pattern that the broker refuses to restore. */
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

const notListed = (one: Subscription): PulseMQError =>
  new PulseMQError(
    ErrorCode.protocol,
    `the broker accepted the subscription to ${keyOf(one)} twice but does not list it`,
  );
