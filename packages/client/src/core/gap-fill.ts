import { ErrorCode, type HistoryListing, PulseMQError } from '@pulsemq/protocol';
import type { Gap } from './events.js';
import { unknownGap } from './gap.js';
import type { HistorySource } from './history-channel.js';
import type { ReceivedMessage } from './received-message.js';
import type { Subscription } from './subscription.js';
import type { Held, HeldMessage, StreamPlace, TopicFill, TopicState } from './topic-state.js';
import { loseEnd, recoveredTo } from './topic-streams.js';

/** What a lane does for a gap that is filled. */
export interface FillTarget {
  /** When the newest message before the present connection was received by its broker, Unix microseconds; 0 when that is unknown. */
  readonly sinceUs: number;
  /** The messages of an answer, marked as recovered. */
  messagesOf(state: TopicState, deliveries: Uint8Array): ReceivedMessage[];
  emitGap(gap: Gap): void;
  /** Resolves while no subscription of the lane is paused. */
  roomy(): Promise<void>;
  /** The gap is filled as far as possible. `held` has come meanwhile, in order; before it comes what has shown the gap, if a message did. */
  filled(state: TopicState, shownBy: HeldMessage | null, held: readonly Held[]): void;
}

/**
 * The last message of a gap. Without it the end of the stream is unknown, and that is reported behind what the journal has, or it has been. `ended`:
 * unknown, because the broker of the stream has ended.
 */
export type FillEnd = StreamPlace | 'unknown' | 'ended' | 'reported';

/** What may wait for one gap. Past it the gap is reported, and what waits is delivered. */
const heldMaxCount = 10_000;
const heldMaxBytes = 16 * 1_048_576;
/** How long a stream is asked for again while its broker cannot be reached and messages of another stream wait behind it. */
const shortPatienceMs = 2_000;
/** Epochs that are followed from one to the next: as many unclean stops of the broker. */
const epochMaxCount = 16;

/** Fills one gap of a topic from the broker's journal, and holds back what arrives behind it. */
export class GapFill implements TopicFill {
  readonly #state: TopicState;
  readonly #source: HistorySource;
  readonly #target: FillTarget;
  #takers: readonly Subscription[];
  readonly #shownBy: HeldMessage | null;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #isGivenUp = false;
  #isDropped = false;
  /** Resolves `#givenUp`. */
  #giveUp: () => void = () => {};
  readonly #givenUp = new Promise<undefined>((resolve) => {
    this.#giveUp = () => resolve(undefined);
  });
  /** Where the recovered messages have come to. */
  #place: StreamPlace;
  /** The last recovered sequence of each epoch. */
  readonly #recovered = new Map<number, number>();
  /** The stream may have begun before the subscription did: of another broker, which has sent nothing of it since. */
  #isStartUnknown = false;
  /** How long it asks again while the broker of the stream cannot be reached. */
  #patienceMs = shortPatienceMs;

  /**
   * `after`: the last message that was delivered. `shownBy`: the message behind the gap; null when only a count of the broker has shown it.
   * The subscriptions that there are now get what is recovered.
   */
  constructor(
    state: TopicState,
    after: StreamPlace,
    shownBy: HeldMessage | null,
    source: HistorySource,
    target: FillTarget,
  ) {
    this.#state = state;
    this.#source = source;
    this.#target = target;
    this.#takers = [...state.subscriptions];
    this.#shownBy = shownBy;
    this.#place = after;
  }

  serves(subscription: Subscription): boolean {
    return this.#takers.includes(subscription);
  }

  hold(held: Held): void {
    this.#held.push(held);
    if ('message' in held) this.#heldBytes += held.message.payloadBytes;
    if (this.#held.length <= heldMaxCount && this.#heldBytes <= heldMaxBytes) return;
    this.#isGivenUp = true;
    this.#giveUp();
  }

  drop(): void {
    this.#isDropped = true;
    this.#takers = [];
    this.#isGivenUp = true;
    this.#giveUp();
  }

  /** Delivers what the journal has up to `to`, included, and reports what it has not. */
  async run(to: FillEnd): Promise<void> {
    const { epoch } = this.#place;
    const hasEnd = typeof to === 'object';
    // Within one stream nothing comes behind the gap while its broker is away.
    if (hasEnd && epoch === to.epoch) this.#patienceMs = Number.POSITIVE_INFINITY;
    // A broker that has ended says so again when it is back. Until then the messages of others must not wait for it.
    if (to === 'ended') this.#patienceMs = 0;
    try {
      if (!hasEnd) await this.#nextEpoch();
      else await this.#fill(to);
    } catch {
      // The source has reported the error, once for all topics. The gap below says what is missing.
    }
    this.#reportRest(to);
    if (this.#isDropped) return;
    for (const [one, sequence] of this.#recovered) recoveredTo(this.#state, one, sequence);
    if (!hasEnd) loseEnd(this.#state, epoch);
    this.#state.fill = null;
    this.#target.filled(this.#state, this.#shownBy, this.#held);
  }

  async #fill(to: StreamPlace): Promise<void> {
    for (let left = epochMaxCount; left > 0 && this.#place.epoch !== to.epoch; left--) {
      const next = await this.#nextEpoch();
      // After an unclean stop a topic begins a new epoch. What the broker had accepted and not stored by then cannot be counted.
      this.#emit(unknownGap(this.#state));
      this.#isStartUnknown = next === null;
      this.#place = { epoch: next ?? to.epoch, sequence: 0 };
    }
    if (this.#place.epoch === to.epoch && this.#place.sequence < to.sequence) await this.#fillEpoch(to.sequence);
  }

  /** Delivers the rest of an epoch. Resolves to the one that follows it, null when that is not known. */
  async #nextEpoch(): Promise<number | null> {
    try {
      return (await this.#fillEpoch(Number.MAX_SAFE_INTEGER))?.next_epoch ?? null;
    } catch (error) {
      // The broker of this epoch is away. That of the next one need not be.
      if (error instanceof PulseMQError && error.code === ErrorCode.unreachable) return null;
      throw error;
    }
  }

  /** Delivers what there is of one epoch; undefined when the fill was given up. */
  async #fillEpoch(to: number): Promise<HistoryListing | undefined> {
    const { namespace, topic } = this.#state;
    const { epoch } = this.#place;
    for (;;) {
      await this.#target.roomy();
      if (this.#isGivenUp || this.#isAbandoned) return undefined;
      const from = this.#place.sequence + 1;
      // An answer that is late must not hold up more than the limit.
      const since = this.#isStartUnknown ? { since_us: this.#target.sinceUs } : {};
      const question = { namespace, topic, epoch, from, to, ...since };
      const answer = await Promise.race([this.#source.ask(question, this.#patienceMs), this.#givenUp]);
      if (answer === undefined) return undefined;
      const { listing, messages } = answer;
      for (const message of this.#target.messagesOf(this.#state, messages)) this.#deliver(message);
      const isStuck = this.#place.sequence < from;
      if (listing.ended || isStuck || this.#place.sequence >= to) return listing;
    }
  }

  /** All subscriptions have ended. */
  get #isAbandoned(): boolean {
    return this.#takers.every(({ isClosed }) => isClosed);
  }

  #deliver(message: ReceivedMessage): void {
    const { epoch, sequence } = message;
    if (epoch !== this.#place.epoch || sequence <= this.#place.sequence) return;
    if (!this.#isStartUnknown) this.#report(this.#place.sequence + 1, sequence - 1);
    this.#isStartUnknown = false;
    this.#place = { epoch, sequence };
    this.#recovered.set(epoch, sequence);
    for (const one of this.#takers) one.deliver(message);
  }

  #reportRest(to: FillEnd): void {
    // Where the start is unknown, a gap without a size has been reported.
    if (this.#isStartUnknown || to === 'reported') return;
    if (typeof to === 'object' && this.#place.epoch === to.epoch) this.#report(this.#place.sequence + 1, to.sequence);
    else this.#emit(unknownGap(this.#state));
  }

  #report(from: number, to: number): void {
    if (to < from) return;
    const { namespace, topic } = this.#state;
    this.#emit({ namespace, topic, epochChanged: false, from, to, missedCount: to - from + 1 });
  }

  #emit(gap: Gap): void {
    if (!this.#isAbandoned) this.#target.emitGap(gap);
  }
}

/** Delivers a message that was held, but not where an image that is as new has been delivered. */
export function deliverHeld(state: TopicState, message: ReceivedMessage): void {
  for (const one of [...state.subscriptions]) {
    const given = state.given?.get(one);
    if (given?.epoch !== message.epoch || given.sequence < message.sequence) one.deliver(message);
  }
}
