import type { Config } from '../config/config-schema.js';
import type { FailureReport } from '../faults/failure-report.js';
import { nextTurn } from '../next-turn.js';
import { spanSeconds } from '../store/stats-rows.js';
import type { Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import type { Minute, Recorder } from './recorder.js';
import { StatsSum } from './stats-sums.js';
import type { TopicIds } from './topic-ids.js';

const secondsPerDay = 86_400;
/** Minutes that are kept while the store cannot be written; older ones are discarded. */
const waitingMaxCount = 60;

/** How long rows are kept, and how many there may be: settings of `monitoring`, as they are at the moment of the call. */
export type StatsSettings = () => Pick<
  Config['monitoring'],
  | 'stats_retention_minutes'
  | 'stats_retention_hours'
  | 'audit_retention_days'
  | 'cleanup_interval_sec'
  | 'topics_per_minute'
>;

/** Where the figures come from, and the store they go to. */
export interface StatsSources {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly topicIds: TopicIds;
  /** Resolves when every topic seen so far has its id. */
  topicsSettled(): Promise<void>;
}

/** Stores each minute and each hour when it is over, and removes rows that are too old. */
export class StatsWriter {
  readonly #sources: StatsSources;
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #settings: StatsSettings;
  readonly #report: FailureReport;
  #waiting: Minute[] = [];
  #working: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(sources: StatsSources, settings: StatsSettings, report: FailureReport) {
    this.#sources = sources;
    this.#store = sources.store;
    this.#recorder = sources.recorder;
    this.#settings = settings;
    this.#report = report;
  }

  /** Starts with the hours that the last run did not store. */
  start(): void {
    this.#recorder.onMinute = () => this.#after(() => this.#writeFinished());
    this.#after(() => this.#sumHours());
    this.#after(() => this.#removeOld());
    this.#timer = setInterval(
      () => this.#after(() => this.#removeOld()),
      this.#settings().cleanup_interval_sec * 1_000,
    );
  }

  /** Stores the running minute as far as it has come. */
  async stop(): Promise<void> {
    this.#recorder.onMinute = () => {};
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#after(() => this.#write(this.#recorder.takeFinished(true)));
    await this.#working;
  }

  /** Runs one thing at a time. What fails is reported, and tried again with the next minute. */
  #after(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => this.#report('writing statistics', error));
  }

  async #writeFinished(): Promise<void> {
    await this.#write(this.#recorder.takeFinished());
    await this.#sumHours();
  }

  async #write(minutes: readonly Minute[]): Promise<void> {
    this.#waiting.push(...minutes);
    while (this.#waiting.length > 0) {
      await this.#writeMinute(this.#waiting[0]!).catch((error: unknown) => {
        const discarded = this.#waiting.splice(0, this.#waiting.length - waitingMaxCount);
        if (discarded.length > 0)
          this.#report('writing statistics', new StoreError('STORE_FAILED', discardedText(discarded.length)));
        throw error;
      });
      this.#waiting.shift();
    }
  }

  /** Adds to what the store has of the minute: the broker may have been restarted within it. */
  async #writeMinute({ ts, system, topics, users }: Minute): Promise<void> {
    await this.#sources.topicsSettled();
    const rows = {
      system: [system.row()],
      topics: topics.flatMap((topic) => {
        // A deleted topic has no history.
        const id = this.#sources.topicIds.of(topic.namespace, topic.topic);
        return id === null ? [] : [topic.row(id)];
      }),
      users: [...users].map(([userId, figures]) => figures.row(userId, ts)),
    };
    await this.#store.transaction(async ({ stats }) => {
      const sum = new StatsSum(ts, 'parts');
      sum.add(await stats.at('minute', ts));
      sum.add(rows);
      await stats.put('minute', sum.rows());
    });
  }

  /** Sums the hours that are over and not stored yet. */
  async #sumHours(): Promise<void> {
    const { stats } = this.#store;
    const last = await stats.lastHour();
    const minutes = await stats.system('minute', last === undefined ? 0 : last + spanSeconds.hour);
    const running = hourOf(this.#recorder.minuteTs || Math.floor(Date.now() / 1_000));
    const hours = new Set(minutes.map(({ ts }) => hourOf(ts)).filter((ts) => ts < running));
    for (const hour of hours) {
      const sum = new StatsSum(hour, 'minutes');
      for (const { ts } of minutes.filter((minute) => hourOf(minute.ts) === hour)) {
        sum.add(await stats.at('minute', ts));
        await nextTurn();
      }
      await this.#store.transaction((store) => store.stats.put('hour', sum.rows()));
    }
  }

  async #removeOld(): Promise<void> {
    const { stats_retention_minutes: minuteDays, stats_retention_hours: hourDays } = this.#settings();
    const nowTs = Math.floor(Date.now() / 1_000);
    for (const [span, days] of [
      ['minute', minuteDays],
      ['hour', hourDays],
    ] as const) {
      while ((await this.#store.stats.removeOldest(span, nowTs - days * secondsPerDay)) > 0) await nextTurn();
    }
  }
}

const discardedText = (count: number): string =>
  `the statistics of ${count} ${count === 1 ? 'minute' : 'minutes'} were discarded: the store has failed for ${waitingMaxCount} minutes`;

const hourOf = (ts: number): number => ts - (ts % spanSeconds.hour);
