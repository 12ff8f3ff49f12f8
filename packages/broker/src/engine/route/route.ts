import { keyFrame as keyText } from '@pulsemq/protocol';
import { encodeFrame, FrameFlag } from '@pulsemq/zmtp';
import { histogramMax, LogHistogram } from '../../log-histogram.js';
import type { DeliverySource } from '../fanout/batch/delivery.js';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { TurnSource } from '../fanout/turn-figures.js';
import type { Namespace } from './namespace.js';

/** Who publishes: known here only as somebody who may be gone. */
export interface RoutePublisher {
  readonly isEnded: boolean;
  readonly user: { readonly id: number };
}

/** One topic that has been published to: its sequence, its counters, and the groups its messages go to. */
export class Route implements DeliverySource, TurnSource {
  readonly namespace: Namespace;
  readonly topic: string;
  readonly keyFrame: Buffer;
  readonly keyView: DataView;
  readonly epoch: number;
  /** Its number in reports; no two routes of one run share it. */
  readonly id: number;
  sequenceHigh = 0;
  sequenceLow = 0;
  publishedCount = 0;
  publishedBytes = 0;
  /** Deliveries its messages were meant for: one for each subscriber and message. */
  matchedCount = 0;
  /** Of those, the ones that were lost. */
  droppedCount = 0;
  /** Whose message was the last one. */
  publisher: RoutePublisher | null = null;
  /** Publisher's clock to ours, milliseconds, since the last report. */
  readonly publishDelay = new LogHistogram();
  /** Messages since the last report whose publisher's clock was ahead of ours. */
  aheadCount = 0;
  readonly writeDelay = new LogHistogram();
  turnCount = 0;
  turnReadUs = 0;
  isChanged = false;
  /** Somebody has looked at its last value. */
  isWatched = false;
  #delayMs = 0;
  #delayCount = 0;
  /** Who gets it, as of `generation`. */
  groups: readonly InterestGroup[] = [];
  /** Generation of the namespace the groups were found in; -1 before the first time. */
  generation = -1;

  constructor(id: number, namespace: Namespace, topic: string, epoch: number) {
    this.id = id;
    this.namespace = namespace;
    this.topic = topic;
    this.keyFrame = Buffer.from(encodeFrame(keyText(namespace.name, topic), FrameFlag.more));
    this.keyView = new DataView(this.keyFrame.buffer, this.keyFrame.byteOffset, this.keyFrame.length);
    this.epoch = epoch;
  }

  /** Sequence of the last message. */
  get sequence(): number {
    return this.sequenceHigh * 0x1_0000_0000 + (this.sequenceLow >>> 0);
  }

  /** The connection of its last publisher has closed. */
  get isStale(): boolean {
    return this.publisher?.isEnded === true;
  }

  get keepsLastValue(): boolean {
    return this.isWatched || this.namespace.keepsLastValues;
  }

  get hasReaders(): boolean {
    return this.groups.some(({ readerCount }) => readerCount > 0);
  }

  /** Subscribers that get its messages now. */
  get subscriberCount(): number {
    let count = 0;
    for (const group of this.namespace.groupsOf(this)) count += group.readerCount;
    return count;
  }

  /** A message goes to these groups. */
  noteMatches(groups: readonly InterestGroup[]): void {
    for (let index = 0; index < groups.length; index++) this.matchedCount += groups[index]!.readerCount;
  }

  /** How long a message was on its way. Neighbours mostly took equally long, so equal ones are counted before they are recorded. */
  noteDelay(delayMs: number): void {
    if (delayMs !== this.#delayMs) {
      this.settleDelay();
      this.#delayMs = delayMs;
    }
    this.#delayCount++;
  }

  /** Records what `noteDelay` has counted. More than 24 days is no delay but the time of something else. */
  settleDelay(): void {
    const count = this.#delayCount;
    if (count === 0) return;
    this.#delayCount = 0;
    if (this.#delayMs < 0) this.aheadCount += count;
    else if (this.#delayMs <= histogramMax) this.publishDelay.record(this.#delayMs, count);
  }

  /** The next sequence number, kept in two halves because 64-bit integers cost on the hot path. */
  advance(payloadBytes: number): void {
    this.sequenceLow = (this.sequenceLow + 1) | 0;
    if (this.sequenceLow === 0) this.sequenceHigh++;
    this.publishedCount++;
    this.publishedBytes += payloadBytes;
  }
}
