import { LogHistogram } from '../../log-histogram.js';
import type { EngineCounters } from '../../port.js';
import { type Gauges, Stretch } from './stretch.js';
import { addDelays, type TopicChange, type TopicMinute } from './topic-minute.js';
import { UserFigures } from './user-figures.js';

/** Seconds that are kept, in memory only. */
const keptSecondCount = 300;

/** Everything that is written of one minute. */
export interface Minute {
  /** Its start, Unix seconds. */
  readonly ts: number;
  readonly system: Stretch;
  readonly topics: TopicMinute[];
  readonly users: Map<number, UserFigures>;
}

/** Adds up what the engine tells to seconds and minutes. Who writes minutes down takes them from here. */
export class Recorder {
  /** Since the broker started. */
  readonly publisherDelays = new LogHistogram();
  readonly brokerDelays = new LogHistogram();
  /** Messages whose publisher's clock was ahead of ours. */
  aheadCount = 0;
  /** The last second of which everything is told. */
  lastSecond: Stretch | null = null;
  /** A minute is over. */
  onMinute: () => void = () => {};
  #seconds: Stretch[] = [];
  #minute: Minute | null = null;
  #finished: Minute[] = [];
  #counters: EngineCounters | null = null;

  /** Start of the minute that runs, Unix seconds; 0 before the first word of the engine. */
  get minuteTs(): number {
    return this.#minute?.ts ?? 0;
  }

  /** Oldest first. */
  get seconds(): readonly Stretch[] {
    return this.#seconds;
  }

  /** What was counted from the last call to this one belongs to `second`, Unix seconds. */
  counters(second: number, counters: EngineCounters, gauges: Gauges): void {
    const stretch = new Stretch(second);
    const { system } = this.#minuteOf(second);
    for (const one of [stretch, system]) {
      one.count(counters, this.#counters ?? noCounters);
      one.gauge(gauges);
    }
    this.#counters = counters;
    this.#seconds = [...this.#seconds.slice(1 - keptSecondCount), stretch];
  }

  /** Everything of the second is told. */
  endSecond(engineLoopLagMs: number, onlineUserIds: Iterable<number>): void {
    const second = this.#seconds.at(-1);
    const minute = this.#minute;
    if (second === undefined || minute === null) return;
    second.engineLoopLagMs = engineLoopLagMs;
    minute.system.engineLoopLagMs = Math.max(minute.system.engineLoopLagMs, engineLoopLagMs);
    for (const userId of onlineUserIds) this.user(userId);
    this.lastSecond = second;
  }

  /** Something happened to a topic; `topicMinute` gives what it is added to. */
  topic(change: TopicChange, topicMinute: (ts: number) => TopicMinute): void {
    const minute = this.#running();
    const of = topicMinute(minute.ts);
    if (of.msgCount === 0 && of.matchedCount === 0 && of.droppedCount === 0) minute.topics.push(of);
    of.add(change);
    this.aheadCount += change.aheadCount;
    const second = this.#seconds.at(-1);
    for (const one of second === undefined ? [minute.system, this] : [second, minute.system, this]) {
      addDelays(one.publisherDelays, change.publisherDelays);
      addDelays(one.brokerDelays, change.brokerDelays);
    }
  }

  /** Figures of a user in the minute that runs. */
  user(userId: number): UserFigures {
    const { users } = this.#running();
    const known = users.get(userId);
    if (known !== undefined) return known;
    const figures = new UserFigures();
    users.set(userId, figures);
    return figures;
  }

  /** Takes the minutes that are over; with `all` the one that runs too, since nothing more will come. */
  takeFinished(all = false): Minute[] {
    if (all && this.#minute !== null) this.#finished.push(this.#minute);
    if (all) this.#minute = null;
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  #running(): Minute {
    return this.#minute ?? this.#minuteOf(Math.floor(Date.now() / 1_000));
  }

  #minuteOf(second: number): Minute {
    const ts = second - (second % 60);
    const before = this.#minute;
    if (before?.ts === ts) return before;
    this.#minute = { ts, system: new Stretch(ts), topics: [], users: new Map() };
    if (before !== null) {
      this.#finished.push(before);
      this.onMinute();
    }
    return this.#minute;
  }
}

/** Before the engine has told any. */
export const noCounters: EngineCounters = {
  connectionCount: 0,
  sessionCount: 0,
  subscriberCount: 0,
  routeCount: 0,
  publishedCount: 0,
  publishedBytes: 0,
  deliveredCount: 0,
  deliveredBytes: 0,
  droppedCount: 0,
  dropped: { hwm: 0, outboxBytes: 0, outboxTotalBytes: 0, atClose: 0 },
  authOkCount: 0,
  authFailedCount: 0,
  permissionDeniedCount: 0,
  queuedBytes: 0,
};
