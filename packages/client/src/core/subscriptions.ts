import { checkPattern, ErrorCode, NotConnectedError, PulseMQError } from '@pulsemq/protocol';
import { orAborted } from './abort.js';
import type { Connection } from './connection.js';
import type { ConnectionKeeper, KeptState } from './connection-keeper.js';
import { type Emitter, toError } from './events.js';
import { checkHeads } from './heads-check.js';
import type { HistorySource } from './history-channel.js';
import type { Lane } from './lane.js';
import { defaultPolicy, type LanePolicy, policyText, withUsualPolicy } from './lane-policy.js';
import { Lanes } from './lanes.js';
import { namespaceOf } from './names.js';
import type { Platform } from './platform.js';
import { Replay, type ReplayOwner } from './replay.js';
import type { ReplaySettings } from './replay-settings.js';
import { type RestoreListener, restoreLane, restoreSubscriptions } from './restore.js';
import { subscribeAtBroker } from './subscribe-at-broker.js';
import { checkSettings, type SubscribeSettings } from './subscribe-settings.js';
import type { DeliveryReceiver } from './subscriber-channel.js';
import { Subscription } from './subscription.js';
import type { TopicState } from './topic-state.js';

/** The subscriptions of a client, on its lanes. Makes them live and restores them on each new connection. */
export class Subscriptions implements KeptState {
  readonly #keeper: () => ConnectionKeeper;
  readonly #events: Emitter;
  readonly #lanes: Lanes;
  readonly #laneOf = new WeakMap<Subscription, Lane>();
  /** The connection on which a subscription is live. */
  readonly #liveOn = new WeakMap<Subscription, Connection>();
  readonly #owner: ReplayOwner;

  readonly #usualPolicy: LanePolicy;

  constructor(keeper: () => ConnectionKeeper, events: Emitter, platform: Platform, history: HistorySource) {
    this.#keeper = keeper;
    this.#events = events;
    this.#lanes = new Lanes(events, platform.allocate, history);
    this.#usualPolicy = platform.usualPolicy ?? defaultPolicy;
    this.#owner = {
      unsubscribe: (subscription) => this.#unsubscribe(subscription),
      seek: (replay, wasLive) => this.#seek(replay, wasLive),
      setPaused: (subscription, isPaused) => this.#setPaused(subscription, isPaused),
      onSlow: (notice) => this.#events.emit('slow', notice),
      onListenerError: (error) => this.#events.emit('error', toError(error)),
    };
  }

  /** Receives the deliveries of a lane. */
  receiverOf(lane: number): DeliveryReceiver {
    return this.#lanes.at(lane);
  }

  /** Resolves when the subscription is live. Rejects if the broker refuses it, the client gives up, or its signal is aborted. */
  async add(namespace: string, pattern: string, settings: SubscribeSettings): Promise<Subscription> {
    const name = namespaceOf(namespace, 'pattern', pattern, checkPattern);
    checkSettings(settings);
    try {
      return await this.#add(name, pattern, withUsualPolicy(settings, this.#usualPolicy));
    } catch (error) {
      // The namespace may keep no last values, which the usual policy of a browser needs.
      const isOwnChoice = settings.onSlow !== undefined || settings.maxRate !== undefined;
      if (isOwnChoice || this.#usualPolicy === defaultPolicy || !isMalformed(error)) throw error;
      return this.#add(name, pattern, settings);
    }
  }

  #add(name: string, pattern: string, settings: SubscribeSettings): Promise<Subscription> {
    const subscription = new Subscription(name, pattern, settings, this.#owner);
    return this.#open(this.#lanes.of(subscription.policy), subscription, settings.signal);
  }

  /** Resolves when the replay has begun. Rejects as `add` does. */
  async addReplay(namespace: string, pattern: string, settings: ReplaySettings): Promise<Replay> {
    const name = namespaceOf(namespace, 'pattern', pattern, checkPattern);
    const replay = new Replay(name, pattern, settings, this.#owner);
    return this.#open(this.#lanes.forReplay(replay), replay, settings.signal);
  }

  async #open<Kind extends Subscription>(
    lane: Lane,
    subscription: Kind,
    signal: AbortSignal | undefined,
  ): Promise<Kind> {
    this.#laneOf.set(subscription, lane);
    // Before the request, because deliveries may arrive before SUB_OK does.
    lane.topics.add(subscription);
    const live = this.#makeLive(lane, subscription);
    try {
      await orAborted(live, signal);
    } catch (error) {
      subscription.end(error as Error);
      // Not awaited: the caller needs only the error.
      void this.#unsubscribe(subscription);
      // After an abort, its SUB may still be sent.
      live.then(() => this.#unsubscribe(subscription)).catch(() => {});
      throw error;
    }
    subscription.closeOn(signal);
    return subscription;
  }

  async #seek(replay: Replay, wasLive: boolean): Promise<void> {
    const lane = this.#laneOf.get(replay)!;
    lane.startOver(replay);
    try {
      await this.#askAnew(lane, replay, wasLive);
    } catch (error) {
      replay.end(error as Error);
      void this.#unsubscribe(replay);
      throw error;
    }
  }

  /** Asks for the present place of a replay. After a lost connection it is asked for with the other subscriptions. */
  async #askAnew(lane: Lane, replay: Replay, wasLive: boolean): Promise<void> {
    const keeper = this.#keeper();
    const { namespace, pattern } = replay;
    const ended = replay.ended.then(() => null);
    for (;;) {
      const connection = await Promise.race([keeper.connection(), ended]);
      if (connection === null || replay.isAsked) return;
      try {
        // To the broker it may be a subscription like any other by now.
        if (wasLive) await connection.unsubscribe(namespace, pattern, lane.number);
        return await subscribeAtBroker(connection, lane, [replay], this.#events);
      } catch (error) {
        if (!connection.isLost || !keeper.isTrying) throw error;
      }
    }
  }

  /** Ends all subscriptions. Their iterations throw the error, if there is one. */
  end(error: Error | null): void {
    for (const lane of this.#lanes) {
      for (const one of [...lane.topics.subscriptions]) {
        one.end(error);
        lane.topics.remove(one);
      }
    }
  }

  /** Restores all subscriptions on a new connection. Gaps of topics that stay silent are found afterwards. */
  async restore(connection: Connection): Promise<void> {
    const resumed: (readonly [Lane, TopicState[]])[] = [];
    for (const lane of this.#lanes) {
      lane.snapshots.clear();
      resumed.push([lane, lane.resume()]);
    }
    await restoreSubscriptions(connection, this.#lanes, this.#listenerOn(connection), this.#events);
    for (const lane of this.#lanes) if (lane.paused.size > 0) await connection.setPaused(lane.number, true);
    for (const [lane, states] of resumed) void this.#checkHeads(connection, lane, states);
  }

  /**
   * The broker closed the connection of a lane. Returns false if all of the client's connections must be made again: only `disconnect` closes
   * one alone. Its lane is opened again, and gaps tell what is missing.
   */
  onLaneClosed(connection: Connection, number: number): boolean {
    const lane = this.#lanes.at(number);
    if (lane.policy.onSlow !== 'disconnect') return false;
    if (!lane.isFree) void this.#reopen(connection, lane);
    return true;
  }

  async #reopen(connection: Connection, lane: Lane): Promise<void> {
    const text = `the broker closed the connection of ${policyText(lane.policy)}, because this client is too slow: messages may be missing`;
    this.#events.emit('error', new NotConnectedError(text));
    lane.snapshots.clear();
    const resumed = lane.resume();
    try {
      await restoreLane(connection, lane, this.#listenerOn(connection), this.#events);
      if (lane.paused.size > 0) await connection.setPaused(lane.number, true);
    } catch (error) {
      // The next connection restores this lane, too.
      return connection.close(toError(error));
    }
    await this.#checkHeads(connection, lane, resumed);
  }

  #listenerOn(connection: Connection): RestoreListener {
    return {
      onLive: (twins) => {
        for (const one of twins) this.#liveOn.set(one, connection);
      },
      onRefused: (lane, one, error) => this.#refuse(lane, one, error),
    };
  }

  async #checkHeads(connection: Connection, lane: Lane, resumed: readonly TopicState[]): Promise<void> {
    try {
      await checkHeads(connection, lane, resumed);
    } catch (error) {
      // After a loss the next connection compares again.
      if (connection.isLost) return;
      const text = `gaps of topics that stay silent were not looked for: ${toError(error).message}`;
      this.#events.emit('error', new PulseMQError(ErrorCode.protocol, text, { cause: error }));
    }
  }

  /** Subscribes at the broker. After a lost connection it tries again on the next one, for at most `offlineTimeoutMs`. */
  async #makeLive(lane: Lane, subscription: Subscription): Promise<void> {
    const keeper = this.#keeper();
    const endMs = performance.now() + keeper.offlineTimeoutMs;
    for (;;) {
      const connection = await keeper.connection();
      // While it waited, it was restored with the others.
      if (this.#liveOn.get(subscription) === connection) return;
      try {
        return await subscribeAtBroker(connection, lane, [subscription], this.#events);
      } catch (error) {
        if (!connection.isLost || !keeper.isTrying || performance.now() > endMs) throw error;
      }
    }
  }

  async #unsubscribe(subscription: Subscription): Promise<void> {
    const lane = this.#laneOf.get(subscription)!;
    lane.topics.remove(subscription);
    this.#setPaused(subscription, false);
    const { namespace, pattern } = subscription;
    if (lane.topics.twins(subscription).length > 0) return;
    // Its SUB may be under way: the broker must get this one after it.
    if (subscription instanceof Replay) await subscription.seeking;
    const connection = this.#keeper().current;
    try {
      await connection?.unsubscribe(namespace, pattern, lane.number);
    } catch (error) {
      // The subscriptions of a lost connection ended with it.
      if (connection?.isLost !== true) this.#events.emit('error', toError(error));
    }
    this.#lanes.release(lane);
  }

  /** Ends all subscriptions of a namespace and pattern that the broker refuses to restore. */
  #refuse(lane: Lane, one: Subscription, error: Error): void {
    for (const twin of lane.topics.twins(one)) {
      lane.topics.remove(twin);
      twin.end(error);
    }
    this.#lanes.release(lane);
    this.#events.emit('error', error);
  }

  #setPaused(subscription: Subscription, isPaused: boolean): void {
    const lane = this.#laneOf.get(subscription)!;
    const wasPaused = lane.paused.size > 0;
    if (isPaused) lane.paused.add(subscription);
    else lane.paused.delete(subscription);
    const shouldPause = lane.paused.size > 0;
    if (shouldPause === wasPaused) return;
    this.#keeper()
      .current?.setPaused(lane.number, shouldPause)
      .catch((error) => this.#events.emit('error', toError(error)));
  }
}

const isMalformed = (error: unknown): boolean => error instanceof PulseMQError && error.code === ErrorCode.malformed;
