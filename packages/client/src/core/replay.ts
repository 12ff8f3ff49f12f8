import { ReplayEndedError, type ReplayEndNotice, type ReplayPlaceNotice } from '@pulsemq/protocol';
import type { Gap } from './events.js';
import type { ReceivedMessage } from './received-message.js';
import { type ReplayEnd, ReplayProgress } from './replay-progress.js';
import { type ReplaySeek, type ReplaySettings, replayOptionsOf, settingsAfterSeek } from './replay-settings.js';
import { Subscription, type SubscriptionOwner } from './subscription.js';

/** The part of a client that a replay uses. */
export interface ReplayOwner extends SubscriptionOwner {
  /**
   * Asks the broker for the replay anew. Resolves when it has begun; rejects with the broker's refusal, which ends the replay.
   * `wasLive`: new messages were arriving.
   */
  seek(replay: Replay, wasLive: boolean): Promise<void>;
}

/**
 * Messages of the past, in the order in which the broker accepted them, marked `isReplayed`. Iterate it, or pass `onMessage`. The broker sends at
 * the pace of the iteration, so a program that stops iterating pauses it. After a lost connection it goes on behind the last message.
 */
export class Replay extends Subscription {
  readonly #progress: ReplayProgress;
  readonly #owner: ReplayOwner;
  #settings: ReplaySettings;
  /**
   * Resolves when no seek is under way.
   *
   * @internal
   */
  seeking: Promise<unknown> = Promise.resolve();

  /**
   * The client makes replays. Throws a PulseMQError `PMQ_BAD_OPTION`.
   *
   * @internal
   */
  constructor(namespace: string, pattern: string, settings: ReplaySettings, owner: ReplayOwner) {
    const options = replayOptionsOf(settings);
    const { onMessage, queueLimit, queueLimitBytes } = settings;
    const queue = {
      ...(onMessage !== undefined && { onMessage }),
      ...(queueLimit !== undefined && { queueLimit }),
      ...(queueLimitBytes !== undefined && { queueLimitBytes }),
    };
    // Past messages do not become stale, so those without room here wait at the broker.
    super(namespace, pattern, { ...queue, onFull: 'pause' }, owner);
    this.#owner = owner;
    this.#settings = settings;
    this.#progress = new ReplayProgress(`${namespace}:${pattern}`, options);
  }

  /**
   * The end of the past: how many messages have arrived, and what is missing. With `follow` new messages come after it. Messages that are iterated
   * may still be queued when it resolves. Rejects with a ReplayEndedError if the replay ends early.
   */
  get replayEnd(): Promise<ReplayEnd> {
    return this.#progress.end;
  }

  /** True when new messages arrive. */
  get isLive(): boolean {
    return this.#progress.isLive;
  }

  /**
   * Goes to another time or sequence, back or ahead, also after it has gone live. Messages that wait to be iterated are dropped, and every
   * message after this call is of the new place. `replayEnd` is then its end, and counts from there. Resolves when the broker has accepted it.
   * Rejects with a PulseMQError `PMQ_BAD_OPTION`, with a ReplayEndedError when it has ended, and with the broker's refusal, which ends it.
   */
  async seek(to: ReplaySeek): Promise<void> {
    if (this.isClosed) {
      throw new ReplayEndedError(
        'closed',
        `the replay of ${this.namespace}:${this.pattern} has ended: its last message has arrived. Begin another one; with follow it stays open`,
      );
    }
    const settings = settingsAfterSeek(this.#settings, to);
    const options = replayOptionsOf(settings);
    this.#settings = settings;
    const wasLive = this.isLive;
    this.#progress.seek(options);
    this.dropQueued();
    const sought = this.#owner.seek(this, wasLive);
    this.seeking = Promise.allSettled([this.seeking, sought]);
    await sought;
  }

  /**
   * The broker has been asked for the present place.
   *
   * @internal
   */
  get isAsked(): boolean {
    return this.#progress.isAsked;
  }

  /**
   * The options of its SUB.
   *
   * @internal
   */
  begin(request: number): ReturnType<ReplayProgress['begin']> {
    return this.#progress.begin(request);
  }

  /**
   * False for a message that is still on its way from what the lane was used for before.
   *
   * @internal
   */
  takes({ isReplayed }: ReceivedMessage): boolean {
    return this.isLive || (isReplayed && this.#progress.hasBegun);
  }

  /**
   * A message of the past has arrived.
   *
   * @internal
   */
  onReplayed(gap: Gap | null): void {
    this.#progress.onMessage(gap);
  }

  /** @internal */
  onPlace(notice: ReplayPlaceNotice): void {
    this.#progress.onPlace(notice);
  }

  /**
   * The broker says that the past has ended. Returns the error of an early end.
   *
   * @internal
   */
  onReplayEnd(notice: ReplayEndNotice): ReplayEndedError | undefined {
    const error = this.#progress.onEnd(notice);
    if (error === undefined || this.isLive || this.isClosed) return undefined;
    this.end(error);
    void this.#owner.unsubscribe(this);
    return error ?? undefined;
  }

  override end(error: Error | null): void {
    super.end(error);
    this.#progress.fail(error);
  }
}
