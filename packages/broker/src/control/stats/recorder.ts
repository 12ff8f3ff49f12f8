import { LogHistogram } from '../../log-histogram.js';
import type { EngineCounters } from '../../port-counters.js';
import { noCounters } from './no-counters.js';
import { type Gauges, PeriodFigures } from './period-figures.js';
import { addDelays, type TopicChange, type TopicMinute } from './topic-minute.js';
import { UserFigures } from './user-figures.js';

/** Seconds that are kept, in memory only. */
const keptSecondCount = 300;

/** Everything the store gets of one minute. */
export interface Minute {
  /** Start of the minute, Unix seconds. */
  readonly ts: number;
  readonly system: PeriodFigures;
  readonly topics: TopicMinute[];
  readonly users: Map<number, UserFigures>;
}

/** Sums what the engine reports to seconds and minutes. `StatsWriter` takes the finished minutes. */
export class Recorder {
  /** Since the broker started. */
  readonly publisherDelays = new LogHistogram();
  readonly brokerDelays = new LogHistogram();
  /** Messages whose publisher's clock was ahead of the broker's. */
  aheadCount = 0;
  /** The last second that is complete. */
  lastSecond: PeriodFigures | null = null;
  /** Called when a minute is finished. */
  onMinute: () => void = () => {};
  #seconds: PeriodFigures[] = [];
  #minute: Minute | null = null;
  #finished: Minute[] = [];
  #counters: EngineCounters = noCounters;

  /** Start of the running minute, Unix seconds; 0 before the first counters. */
  get minuteTs(): number {
    return this.#minute?.ts ?? 0;
  }

  /** Oldest first. */
  get seconds(): readonly PeriodFigures[] {
    return this.#seconds;
  }

  /** Adds the counts since the last call to the figures of `second`, Unix seconds, and of its minute. */
  counters(second: number, counters: EngineCounters, gauges: Gauges): void {
    const period = new PeriodFigures(second);
    const { system } = this.#minuteOf(second);
    for (const one of [period, system]) {
      one.count(counters, this.#counters);
      one.gauge(gauges);
    }
    this.#counters = counters;
    this.#seconds = [...this.#seconds.slice(1 - keptSecondCount), period];
  }

  /** Completes the second. Call it when the last piece of its report has come. */
  endSecond(engineLoopLagMs: number, onlineUserIds: Iterable<number>): void {
    const second = this.#seconds.at(-1);
    const minute = this.#minute;
    if (second === undefined || minute === null) return;
    second.engineLoopLagMs = engineLoopLagMs;
    minute.system.engineLoopLagMs = Math.max(minute.system.engineLoopLagMs, engineLoopLagMs);
    for (const userId of onlineUserIds) this.user(userId);
    this.lastSecond = second;
  }

  /** Adds a change of a topic. `topicMinute` gives the topic's figures of the minute that starts at `ts`. */
  topic(change: TopicChange, topicMinute: (ts: number) => TopicMinute): void {
    const minute = this.#running();
    const figures = topicMinute(minute.ts);
    if (figures.msgCount === 0 && figures.matchedCount === 0 && figures.droppedCount === 0) minute.topics.push(figures);
    figures.add(change);
    this.aheadCount += change.aheadCount;
    const second = this.#seconds.at(-1);
    for (const one of second === undefined ? [minute.system, this] : [second, minute.system, this]) {
      addDelays(one.publisherDelays, change.publisherDelays);
      addDelays(one.brokerDelays, change.brokerDelays);
    }
  }

  /** Figures of a user in the running minute. */
  user(userId: number): UserFigures {
    const { users } = this.#running();
    const known = users.get(userId);
    if (known !== undefined) return known;
    const figures = new UserFigures();
    users.set(userId, figures);
    return figures;
  }

  /** Takes the finished minutes; with `all` also the running one, when nothing more will come. */
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
    this.#minute = { ts, system: new PeriodFigures(ts), topics: [], users: new Map() };
    if (before !== null) {
      this.#finished.push(before);
      this.onMinute();
    }
    return this.#minute;
  }
}
