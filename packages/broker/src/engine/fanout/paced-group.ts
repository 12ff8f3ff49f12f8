import type { Batch } from './batch/batch.js';
import { deliver, deliveryBytes } from './batch/delivery.js';
import type { SmallMessage } from './batch/message.js';
import type { ValueSource } from './batch/stored-value.js';
import { appendValue, conflatedWord, largeWithWord, valueDeliveryBytes } from './batch/value-delivery.js';
import { ValueWriter } from './batch/value-writer.js';
import type { FanOut } from './fan-out.js';
import type { GroupMember } from './group-member.js';
import { InterestGroup } from './interest-group.js';
import type { NewsTaker } from './news-taker.js';

/** Where one topic stands in one paced group. */
export class TopicPace {
  readonly group: PacedGroup;
  readonly source: ValueSource;
  /** Messages of the topic that its last delivery covered. */
  coveredCount: number;
  /** When that was, milliseconds of the monotonic clock. */
  sentMs = Number.NEGATIVE_INFINITY;
  /** Its place among the topics that wait for the next tick; -1 when it does not wait. */
  pendingIndex = -1;

  constructor(group: PacedGroup, source: ValueSource) {
    this.group = group;
    this.source = source;
    this.coveredCount = source.publishedCount;
  }
}

/**
 * Subscribers with the same interest and the same rate. The first update of a topic after a quiet period passes in the same turn; further
 * ones wait for the next tick of the group, which delivers the newest value of each topic with news. A thousand equal screens cost one batch a
 * tick.
 */
export class PacedGroup extends InterestGroup {
  /** Time between two ticks, and least time between two deliveries of a topic. */
  readonly #periodMs: number;
  readonly #fanOut: FanOut;
  readonly #paces = new Map<ValueSource, TopicPace>();
  /** Topics with news for the next tick; null where the news has gone out before it. */
  #pending: (TopicPace | null)[] = [];
  /** Members that joined since the last tick while topics were pending, with the messages that each of these topics had then. */
  readonly #joiners = new Map<GroupMember, Float64Array>();
  /** Joiners that are out of `members` while the others get their values. */
  #aside: GroupMember[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** When the next tick is due, milliseconds of the monotonic clock. */
  #dueMs = 0;
  /** Ticks lie at whole periods after this, milliseconds of the monotonic clock. */
  readonly #originMs = performance.now();

  /** `ratePerSecond` updates a second for each topic. */
  constructor(key: string, fanOut: FanOut, ratePerSecond: number) {
    super(key, fanOut, true);
    this.#fanOut = fanOut;
    this.#periodMs = 1_000 / ratePerSecond;
  }

  /** Where a topic stands. A new one counts from its next message on. */
  paceOf(source: ValueSource): TopicPace {
    let pace = this.#paces.get(source);
    if (pace === undefined) {
      pace = new TopicPace(this, source);
      this.#paces.set(source, pace);
    }
    return pace;
  }

  /** A topic has one more message, which is its last value now. `message` is null for a large one, which waits for a tick. */
  noteMessage(pace: TopicPace, message: SmallMessage | null): void {
    if (pace.pendingIndex >= 0) return;
    const { turn, clock } = this.#fanOut;
    const isQuiet = clock.steadyMs - pace.sentMs >= this.#periodMs;
    if (isQuiet && message !== null) {
      const { source } = pace;
      if (this.members.length > 0) this.reserve(deliveryBytes(source, message));
      // A member that has begun to lag just now has not taken note of this message.
      for (const taker of this.takers) taker.noteSince(source, source.publishedCount - 1);
      this.#cover(pace);
      if (this.members.length > 0) turn.noteAppended(deliver([this], source, message, clock));
      return;
    }
    pace.pendingIndex = this.#pending.push(pace) - 1;
    this.#tickLater();
  }

  /** A message that must not be conflated follows: delivers the pending value of its topic first. */
  settleTopic(pace: TopicPace): void {
    if (pace.pendingIndex >= 0) this.#deliverPending([pace]);
  }

  /** The message after `settleTopic` has passed, outside the rate. */
  passed(pace: TopicPace): void {
    pace.coveredCount = pace.source.publishedCount;
  }

  /** A topic is gone. */
  forget(pace: TopicPace): void {
    this.settleTopic(pace);
    this.#paces.delete(pace.source);
  }

  /** Ends the timer: the last member has left. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#pending = [];
  }

  override join(member: GroupMember): void {
    super.join(member);
    this.#noteJoiner(member);
  }

  /** Delivers to the member what is pending, then takes it out. */
  override leave(member: GroupMember): void {
    // It may begin to lag with this, and then takes note of what is pending.
    this.flush();
    if (this.#pending.length > 0 && this.members.includes(member)) this.#deliverOwn(member, this.#pending);
    super.leave(member);
    this.#joiners.delete(member);
  }

  override toTaker(member: GroupMember & NewsTaker): void {
    super.toTaker(member);
    const asideAt = this.#aside.indexOf(member);
    if (asideAt >= 0) this.#aside.splice(asideAt, 1);
    const baseCounts = this.#baseCountsOf(member);
    for (const pace of this.#pending) {
      if (pace === null) continue;
      const baseCount = baseCounts[pace.pendingIndex]!;
      if (baseCount < pace.source.publishedCount) member.noteSince(pace.source, baseCount);
    }
    this.#joiners.delete(member);
    this.#tickLater();
  }

  override toMember(member: GroupMember & NewsTaker): void {
    super.toMember(member);
    this.#noteJoiner(member);
  }

  /** What was accepted for pending topics before this member joined is not for it. */
  #noteJoiner(member: GroupMember): void {
    if (this.#pending.length === 0) return;
    this.#joiners.set(
      member,
      Float64Array.from(this.#pending, (pace) => pace?.source.publishedCount ?? 0),
    );
  }

  /** The messages of each pending topic that were not for this member, or that it has got. */
  #baseCountsOf(member: GroupMember): Float64Array {
    const atJoin = this.#joiners.get(member);
    return Float64Array.from(this.#pending, (pace, index) => atJoin?.[index] ?? pace?.coveredCount ?? 0);
  }

  #cover(pace: TopicPace): void {
    pace.coveredCount = pace.source.publishedCount;
    pace.sentMs = this.#fanOut.clock.steadyMs;
  }

  /** At the next whole period. */
  #tickLater(): void {
    if (this.#timer !== null) return;
    const sinceMs = performance.now() - this.#originMs;
    this.#dueMs = this.#originMs + (Math.floor(sinceMs / this.#periodMs) + 1) * this.#periodMs;
    this.#wait();
  }

  #wait(): void {
    const { guard } = this.#fanOut;
    const waitMs = Math.ceil(this.#dueMs - performance.now());
    this.#timer = setTimeout(() => guard.run('a tick of a paced group', () => this.#tick()), waitMs);
  }

  #tick(): void {
    // A timer may fire a moment early. A tick before its period would be one more than the rate allows.
    if (performance.now() < this.#dueMs) return this.#wait();
    this.#timer = null;
    this.#fanOut.clock.tick();
    this.#deliverPending(this.#pending);
    this.#pending = [];
    this.#joiners.clear();
    for (const taker of [...this.takers]) taker.pumpNews();
    if (this.takers.length > 0) this.#tickLater();
  }

  /** Delivers the newest values of pending topics. Members that joined meanwhile get what is for them in batches of their own. */
  #deliverPending(paces: readonly (TopicPace | null)[]): void {
    if (this.#joiners.size > 0) this.#deliverAside(paces);
    for (const pace of paces) if (pace !== null) this.#deliverValue(pace);
    if (this.#aside.length > 0) this.#bringBack();
    for (const pace of paces) {
      if (pace === null) continue;
      this.#pending[pace.pendingIndex] = null;
      pace.pendingIndex = -1;
    }
  }

  #deliverAside(paces: readonly (TopicPace | null)[]): void {
    this.flush();
    for (const joiner of this.#joiners.keys()) {
      const at = this.members.indexOf(joiner);
      if (at < 0) continue;
      this.members.splice(at, 1);
      this.#aside.push(joiner);
    }
    for (const joiner of [...this.#aside]) this.#deliverOwn(joiner, paces);
  }

  #bringBack(): void {
    this.flush();
    this.members.push(...this.#aside);
    this.#aside = [];
  }

  /** Delivers the newest values of topics to one member. */
  #deliverOwn(member: GroupMember, paces: readonly (TopicPace | null)[]): void {
    const baseCounts = this.#baseCountsOf(member);
    const owed: [ValueSource, number][] = [];
    for (const pace of paces) {
      if (pace === null) continue;
      const { source, pendingIndex } = pace;
      if (baseCounts[pendingIndex]! < source.publishedCount) {
        owed.push([source, source.publishedCount - baseCounts[pendingIndex]!]);
      }
      baseCounts[pendingIndex] = source.publishedCount;
    }
    // Before the first write: a member that begins to lag in the midst of this must not get it again.
    this.#joiners.set(member, baseCounts);
    const writer = new ValueWriter(this.#fanOut.memory, member);
    for (const [source, updateCount] of owed) writer.add(source, updateCount);
    writer.end();
  }

  /** A member may begin to lag in the midst of this. It takes note of the topic before `#cover`, and gets the batch after it. */
  #deliverValue(pace: TopicPace): void {
    const value = pace.source.value!;
    if (value.large !== null) return this.#deliverLargeValue(pace, value.large);
    const batch = this.members.length === 0 ? null : this.reserve(valueDeliveryBytes(pace.source, value));
    const updateCount = this.#countConflated(pace);
    this.#cover(pace);
    if (batch === null) return;
    appendValue(batch, pace.source, value, conflatedWord(updateCount));
    batch.conflatedCount += updateCount - 1;
  }

  #deliverLargeValue(pace: TopicPace, large: Batch): void {
    const { memory } = this.#fanOut;
    this.flush();
    const updateCount = this.#countConflated(pace);
    this.#cover(pace);
    memory.pin(large);
    const batch = largeWithWord(large, conflatedWord(updateCount));
    batch.conflatedCount = updateCount - 1;
    memory.pin(batch);
    this.deliverLarge(batch);
    memory.unpin(batch);
  }

  /** Counts the updates that the value of a topic replaces, for its members; returns those that it stands for. */
  #countConflated({ source, coveredCount }: TopicPace): number {
    const updateCount = source.publishedCount - coveredCount;
    source.conflatedCount += (updateCount - 1) * (this.readerCount - this.takers.length - this.#aside.length);
    return updateCount;
  }
}
