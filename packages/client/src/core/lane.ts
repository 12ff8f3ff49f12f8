import {
  MessageType,
  type ReplayEndNotice,
  type ReplayPlaceNotice,
  type SnapshotEndNotice,
  type StreamsEndedNotice,
} from '@pulsemq/protocol';
import { DeliveryReader } from './delivery-reader.js';
import type { Emitter, Gap } from './events.js';
import { gapBefore, gapBeforeImage, gapInReplay, gapUpTo, isDuplicate, isOlderImage, unknownGap } from './gap.js';
import { deliverHeld, type FillEnd, type FillTarget, GapFill } from './gap-fill.js';
import type { HistorySource } from './history-channel.js';
import { defaultPolicy, type LanePolicy } from './lane-policy.js';
import type { MessageSpan } from './message-scanner.js';
import { readOwnMessage } from './own-message.js';
import type { Allocate } from './platform.js';
import type { ReceivedMessage } from './received-message.js';
import { RecoveredReader } from './recovered-reader.js';
import type { Replay } from './replay.js';
import { SnapshotRequests } from './snapshot-requests.js';
import type { DeliveryReceiver } from './subscriber-channel.js';
import type { Subscription } from './subscription.js';
import type { Held, HeldMessage, StreamPlace, TopicFill, TopicState } from './topic-state.js';
import { statusesOf } from './topic-status.js';
import { endStreams, isEndLost, lastSequence, loseEnd, openEnds, placeBefore, resumeStreams } from './topic-streams.js';
import { TopicTable } from './topic-table.js';

/** How often a fill looks whether a paused subscription takes messages again. */
const pauseCheckMs = 20;

/**
 * One subscriber connection of a session with one delivery policy, over all connections of the client: its subscriptions, and what has
 * arrived for them. A message arrives once on each lane that wants it, so each lane finds its own gaps.
 */
export class Lane implements DeliveryReceiver, FillTarget {
  /** 0 to 7. */
  readonly number: number;
  policy: LanePolicy = defaultPolicy;
  /** The replay that has this lane for itself; null for a lane of ordinary subscriptions. */
  replay: Replay | null = null;
  readonly topics = new TopicTable();
  readonly snapshots = new SnapshotRequests();
  /** Subscriptions whose queue is full and whose policy is `pause`. */
  readonly paused = new Set<Subscription>();
  readonly #events: Emitter;
  readonly #reader: DeliveryReader;
  readonly #history: HistorySource;
  readonly #recovered: RecoveredReader;
  /** The newest message, an image only before the first live one; null before any. */
  #newest: ReceivedMessage | null = null;
  /** Null for a lane that has had no message before its present connection. */
  #newestBefore: ReceivedMessage | null = null;
  #lastReplayRequest = 0;
  /** Losses by the policy of this lane that the broker has reported: a gap of a topic after one of them is its own. */
  #dropCount = 0;

  constructor(number: number, events: Emitter, allocate: Allocate, history: HistorySource) {
    this.number = number;
    this.#events = events;
    this.#reader = new DeliveryReader(allocate);
    this.#history = history;
    this.#recovered = new RecoveredReader(allocate);
  }

  /** A number for the next request of a replay: ends of earlier ones may still arrive. */
  nextReplayRequest(): number {
    this.#lastReplayRequest = (this.#lastReplayRequest + 1) >>> 0;
    return this.#lastReplayRequest;
  }

  /** True if the lane can be given another policy. */
  get isFree(): boolean {
    return this.topics.subscriptions.size === 0;
  }

  /** The connection is a new one: what is missing was not lost by the policy of the lane. Returns the topics that have had a delivery. */
  resume(): TopicState[] {
    // A replay goes on behind its last message, so nothing is missing.
    if (this.replay?.isLive === false) return [];
    this.#newestBefore = this.#newest;
    const states = this.topics.resume();
    for (const state of states) state.dropCount = this.#dropCount;
    return states;
  }

  /** Forgets where its topics stand, and what of them is being filled: what comes next is not behind what has come. */
  startOver(replay: Replay): void {
    for (const { fill } of this.topics.all()) fill?.drop();
    this.topics.remove(replay);
    this.topics.add(replay);
  }

  /** Hands a delivery to the subscriptions that match. Throws a PulseMQError `PMQ_PROTOCOL` if it is malformed. */
  onDelivery(buf: Uint8Array, span: MessageSpan): void {
    this.#reader.check(span);
    const state = this.topics.find(buf, span.bounds[0]!, span.bounds[1]!);
    if (state === undefined) return;
    const message = this.#reader.read(state, buf, span);
    if (this.replay !== null && !this.replay.takes(message)) return;
    if (message.afterDrop) this.#dropCount++;
    if (message.isSnapshot) return this.#onImage(state, message);
    if (this.replay !== null && message.isReplayed) return this.#onReplayed(state, message, this.replay);
    if (state.fill === null) this.#onLive(state, message);
    else state.fill.hold({ message, takers: null });
  }

  /** Messages up to this one are missing, and none has come behind them. */
  missing(state: TopicState, upTo: StreamPlace): void {
    if (state.fill !== null) return state.fill.hold({ upTo });
    const before = placeBefore(state, upTo.epoch);
    const gap = gapUpTo(state, upTo.epoch, upTo.sequence, 0);
    if (gap === null) return;
    if (this.#mayFill(state)) this.#fill(state, before, upTo, null);
    else this.#events.emit('gap', gap);
  }

  /**
   * The broker has listed these streams of a topic, and everything that it counts has arrived. One that it does not list may have gone on at another
   * broker, after the last message here: what the journal has of it is asked for.
   */
  compared(state: TopicState, listedEpochs: ReadonlySet<number> | undefined): void {
    if (state.fill !== null) return state.fill.hold({ listedEpochs });
    const ends = openEnds(state, listedEpochs);
    state.unsure = null;
    for (const epoch of ends) this.#loseEnd(state, epoch, 'unknown');
  }

  /** What came after the last message of a stream is unknown. What the journal has of it is asked for first. */
  #loseEnd(state: TopicState, epoch: number, to: 'unknown' | 'ended'): void {
    const after = { epoch, sequence: lastSequence(state, epoch) };
    const isReported = isEndLost(state, epoch);
    const isFilled = state.fill === null && this.#mayFill(state);
    loseEnd(state, epoch);
    if (isFilled) this.#fill(state, after, isReported ? 'reported' : to, null);
    else if (!isReported) this.#events.emit('gap', unknownGap(state));
  }

  #onLive(state: TopicState, message: ReceivedMessage): void {
    this.#newest = message;
    if (this.#isNext(state, message)) this.#deliver(state, message);
  }

  /** Reports the gap before a live message, or has it filled. False when the message has arrived before, or waits for the fill. */
  #isNext(state: TopicState, message: ReceivedMessage): boolean {
    if (isDuplicate(state, message)) return false;
    const before = placeBefore(state, message.epoch);
    const gap = gapBefore(state, message);
    if (gap !== null) {
      if (this.#mayFill(state) && !message.isConflated) {
        const to = { epoch: message.epoch, sequence: message.sequence - 1 };
        this.#fill(state, before, to, { message, takers: null });
        return false;
      }
      this.#events.emit('gap', gap);
    }
    state.dropCount = this.#dropCount;
    return true;
  }

  #onReplayed(state: TopicState, message: ReceivedMessage, replay: Replay): void {
    const gap = gapInReplay(state, message);
    replay.onReplayed(gap);
    if (gap !== null) this.#events.emit('gap', gap);
    this.#deliver(state, message);
  }

  #deliver(state: TopicState, message: ReceivedMessage): void {
    // Backwards, so that a subscription added during a call is not called. One that has ended ignores the message.
    const { subscriptions } = state;
    for (let index = subscriptions.length - 1; index >= 0; index--) subscriptions[index]?.deliver(message);
  }

  /** Takes the messages of the broker's own. Ignores types that a later broker may send. */
  onOwnMessage(buf: Uint8Array, span: MessageSpan): void {
    const { type, namespace, topic, body } = readOwnMessage(buf, span);
    if (type === MessageType.snapshotEnd) return this.snapshots.end(body as SnapshotEndNotice);
    if (type === MessageType.streamsEnded) return this.#onStreamsEnded(body as StreamsEndedNotice);
    if (type === MessageType.replayPlace) return this.replay?.onPlace(body as ReplayPlaceNotice);
    if (type === MessageType.replayEnd) return this.#onReplayEnd(body as ReplayEndNotice);
    if (type !== MessageType.topicStatus) return;
    for (const status of statusesOf(namespace, topic, body)) {
      for (const one of [...this.topics.matching(namespace, status.topic)]) one.tellStatus(status);
    }
  }

  #onStreamsEnded({ epochs }: StreamsEndedNotice): void {
    const ended = new Set(epochs);
    for (const state of this.topics.all()) this.#endStreams(state, ended);
  }

  #endStreams(state: TopicState, endedEpochs: ReadonlySet<number>): void {
    if (state.fill !== null) return state.fill.hold({ endedEpochs });
    // Where they are filled they are remembered: the journal of that broker is asked again when it is back.
    const filled = this.#mayFill(state) ? [...endedEpochs].filter((epoch) => lastSequence(state, epoch) > 0) : [];
    for (const epoch of filled) this.#loseEnd(state, epoch, 'ended');
    if (filled.length > 0) return;
    for (let left = endStreams(state, endedEpochs); left > 0; left--) this.#events.emit('gap', unknownGap(state));
  }

  #onReplayEnd(notice: ReplayEndNotice): void {
    const error = this.replay?.onReplayEnd(notice);
    if (error !== undefined) this.#events.emit('error', error);
  }

  /** The transport is about to overwrite the bytes of the deliveries. */
  onReadEnd(): void {
    this.#reader.endRead();
  }

  /** Only a subscription whose snapshot is under way gets an image: for the others it is not new. */
  #onImage(state: TopicState, image: ReceivedMessage): void {
    if (isOlderImage(state, image)) return;
    this.#newest ??= image;
    const takers = state.subscriptions.filter(({ snapshot }) => snapshot?.takes(state, image.sequence) === true);
    if (state.fill !== null) return this.#onImageBehindGap(state, state.fill, image, takers);
    const before = placeBefore(state, image.epoch);
    const isTakenByAll = takers.length === state.subscriptions.length;
    const gap = gapBeforeImage(state, image, isTakenByAll);
    if (gap !== null) {
      if (this.#mayFill(state)) {
        const to = { epoch: image.epoch, sequence: image.sequence - (isTakenByAll ? 1 : 0) };
        return this.#fill(state, before, to, { message: image, takers });
      }
      this.#events.emit('gap', gap);
    }
    state.dropCount = this.#dropCount;
    for (const one of takers) one.deliver(image);
  }

  /** An image does not wait for a subscription that has begun since the gap was found: it has no part in the gap. */
  #onImageBehindGap(state: TopicState, fill: TopicFill, image: ReceivedMessage, takers: readonly Subscription[]): void {
    const { epoch, sequence } = image;
    fill.hold({ message: image, takers: takers.filter((one) => fill.serves(one)) });
    for (const one of takers) {
      if (fill.serves(one)) continue;
      state.given ??= new Map();
      state.given.set(one, { epoch, sequence });
      one.deliver(image);
    }
  }

  /** A lane that conflates does not want every message; and what a slow reader lost is not fed to it again, unless asked for. */
  #mayFill(state: TopicState): boolean {
    if (!this.#history.canAsk(state.namespace)) return false;
    if (this.policy.onSlow === 'conflate' || this.policy.maxRate !== null) return false;
    return this.#history.fillsOwnDrops || state.dropCount === this.#dropCount;
  }

  #fill(state: TopicState, after: StreamPlace, to: FillEnd, shownBy: HeldMessage | null): void {
    state.dropCount = this.#dropCount;
    const fill = new GapFill(state, after, shownBy, this.#history, this);
    state.fill = fill;
    void fill.run(to);
  }

  get sinceUs(): number {
    return Math.floor((this.#newestBefore?.receivedAt ?? 0) * 1_000);
  }

  messagesOf(state: TopicState, deliveries: Uint8Array): ReceivedMessage[] {
    return this.#recovered.read(state, deliveries);
  }

  emitGap(gap: Gap): void {
    this.#events.emit('gap', gap);
  }

  async roomy(): Promise<void> {
    while (this.paused.size > 0) await new Promise((resolve) => setTimeout(resolve, pauseCheckMs));
  }

  /** What was held is delivered as if it had arrived now; another gap among it is filled in turn. */
  filled(state: TopicState, shownBy: HeldMessage | null, held: readonly Held[]): void {
    if (shownBy?.takers === null) deliverHeld(state, shownBy.message);
    else for (const one of shownBy?.takers ?? []) one.deliver(shownBy!.message);
    for (const one of held) {
      if (state.fill !== null) state.fill.hold(one);
      else this.#takeHeld(state, one);
    }
    // The rest is held by the fill of another gap, if there is one.
    if (state.fill === null) state.given = null;
  }

  #takeHeld(state: TopicState, held: Held): void {
    if ('upTo' in held) this.missing(state, held.upTo);
    else if ('isResumed' in held) resumeStreams(state);
    else if ('endedEpochs' in held) this.#endStreams(state, held.endedEpochs);
    else if ('listedEpochs' in held) this.compared(state, held.listedEpochs);
    else if (held.takers === null) {
      if (this.#isNext(state, held.message)) deliverHeld(state, held.message);
    } else for (const one of held.takers) one.deliver(held.message);
  }
}
