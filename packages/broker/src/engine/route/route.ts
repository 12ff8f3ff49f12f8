import { histogramMax } from '../../log-histogram.js';
import type { StoredValue, ValueSource } from '../fanout/batch/stored-value.js';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { TopicPace } from '../fanout/paced-group.js';
import type { TurnSource } from '../fanout/turn-figures.js';
import { DelayCounts } from './delay-counts.js';
import type { StoredKey } from './key-arena.js';
import type { Namespace } from './namespace.js';
import type { EarlierOrigin, Origin } from './origin.js';
import type { RemoteStream } from './remote-stream.js';
import type { RouteFreshness } from './route-freshness.js';

/**
 * One stream of a topic: its sequence, its counters, and the groups that get its messages. A topic has one for the publishers of this broker,
 * and one for each other broker whose publishers send it.
 */
export class Route implements ValueSource, TurnSource {
  readonly namespace: Namespace;
  readonly topic: string;
  readonly keyView: DataView;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** Changes only with the first message after an unclean stop. */
  epoch: number;
  /** The broker whose publishers send it; null for those of this broker. */
  readonly remote: RemoteStream | null;
  /** Its number in reports, unique in this run. */
  readonly id: number;
  sequenceHigh = 0;
  sequenceLow = 0;
  publishedCount = 0;
  publishedBytes = 0;
  /** Deliveries its messages matched: one for each subscriber and message. */
  matchedCount = 0;
  /** Deliveries of these that were lost. */
  droppedCount = 0;
  conflatedCount = 0;
  value: StoredValue | null = null;
  /** Its place among the values of the present read; -1 when it has none. */
  pendingValue = -1;
  /** Its newest value did not fit into the memory of last values. */
  isLeftOut = false;
  /** Number of its last message among all that the engine has accepted. */
  acceptNumber = 0;
  /** Its index in the list of its namespace. */
  listIndex = 0;
  /** Where its last message came from. */
  origin: Origin | null = null;
  /** Origins that published to it lately, besides this one; null when there are none. */
  earlierOrigins: EarlierOrigin[] | null = null;
  /** Whether it is fresh; null for a topic without a rule. */
  freshness: RouteFreshness | null = null;
  /** Publisher's clock to ours, milliseconds, since the last report. */
  readonly publishDelay = new DelayCounts();
  /** Messages since the last report whose publisher's clock was ahead of ours. */
  aheadCount = 0;
  readonly writeDelay = new DelayCounts();
  turnCount = 0;
  turnReadUs = 0;
  isChanged = false;
  /** It stands as the journal left it at an unclean stop: its next message begins a new epoch. */
  isRestored = false;
  /** An operator has looked at its last value lately. */
  isWatched = false;
  #delayMs = 0;
  #delayCount = 0;
  /** The groups that get its messages, as of `generation`. */
  groups: readonly InterestGroup[] = [];
  /** Where it stands in the paced groups that get its messages; null when there are none. */
  paces: readonly TopicPace[] | null = null;
  /** Generation of the namespace in which the groups were found; -1 before the first time. */
  generation = -1;

  constructor(
    id: number,
    namespace: Namespace,
    topic: string,
    epoch: number,
    key: StoredKey,
    remote: RemoteStream | null = null,
  ) {
    this.id = id;
    this.namespace = namespace;
    this.topic = topic;
    this.keyView = key.view;
    this.keyStart = key.start;
    this.keyEnd = key.end;
    this.epoch = epoch;
    this.remote = remote;
  }

  /** When its newest message was received by the broker of its publisher, Unix microseconds. */
  get receivedAtUs(): number {
    return this.remote?.receivedAtUs ?? this.turnReadUs;
  }

  /** Sequence of the last message. */
  get sequence(): number {
    return this.sequenceHigh * 0x1_0000_0000 + (this.sequenceLow >>> 0);
  }

  /** Every session that published to it lately has ended. */
  get isPublisherGone(): boolean {
    return this.origin !== null && this.origin.endedSteadyMs !== null;
  }

  /** Its next message has the sequence after this one. */
  goOnFrom(sequence: number): void {
    this.sequenceHigh = Math.floor(sequence / 0x1_0000_0000);
    this.sequenceLow = sequence | 0;
  }

  get keepsLastValue(): boolean {
    return this.isWatched || this.namespace.keepsLastValues;
  }

  get hasReaders(): boolean {
    return this.groups.some(hasReaders) || this.paces?.some(({ group }) => hasReaders(group)) === true;
  }

  /** Subscribers that get its messages now. */
  get subscriberCount(): number {
    let count = 0;
    for (const group of this.namespace.groupsOf(this)) count += group.readerCount;
    for (const { group } of this.paces ?? []) count += group.readerCount;
    return count;
  }

  /** Counts the deliveries that a message to these groups matches. */
  noteMatches(groups: readonly InterestGroup[]): void {
    for (let index = 0; index < groups.length; index++) this.#noteMatch(groups[index]!);
    if (this.paces === null) return;
    for (const { group } of this.paces) this.#noteMatch(group);
  }

  #noteMatch(group: InterestGroup): void {
    group.matchedCount++;
    this.matchedCount += group.readerCount;
  }

  /** Counts how long a message was on its way. Neighbours mostly take equally long, so equal ones are counted before they are recorded. */
  noteDelay(delayMs: number): void {
    if (delayMs !== this.#delayMs) {
      this.settleDelay();
      this.#delayMs = delayMs;
    }
    this.#delayCount++;
  }

  /** Records what `noteDelay` has counted. More than 24 days is left out: the publisher's clock is wrong. */
  settleDelay(): void {
    const count = this.#delayCount;
    if (count === 0) return;
    this.#delayCount = 0;
    if (this.#delayMs < 0) this.aheadCount += count;
    else if (this.#delayMs <= histogramMax) this.publishDelay.record(this.#delayMs, count);
  }

  /** Counts one message and gives it the next sequence number, kept in two halves because 64-bit integers cost on the hot path. */
  advance(payloadBytes: number): void {
    this.sequenceLow = (this.sequenceLow + 1) | 0;
    if (this.sequenceLow === 0) this.sequenceHigh++;
    this.publishedCount++;
    this.publishedBytes += payloadBytes;
  }
}

const hasReaders = ({ readerCount }: InterestGroup): boolean => readerCount > 0;
