import type { FailureReport } from '../faults/failure-report.js';
import { nextTurn } from '../next-turn.js';
import { spanSeconds } from '../store/stats-rows.js';
import type { Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import { keptTopics } from './kept-topics.js';
import type { Minute, Recorder } from './recorder.js';
import { Retention } from './retention.js';
import type { StatsSettings } from './stats-settings.js';
import { StatsSum } from './stats-sums.js';
import type { TopicIds } from './topic-ids.js';

/** Minutes that are kept while the store cannot be written; older ones are discarded. */
const waitingMaxCount = 60;

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
  readonly #retention: Retention;
  /** Starts of the hours whose minutes have changed since they were summed. */
  readonly #unsummed = new Set<number>();
  #waiting: Minute[] = [];
  #working: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(sources: StatsSources, settings: StatsSettings, report: FailureReport) {
    this.#sources = sources;
    this.#store = sources.store;
    this.#recorder = sources.recorder;
    this.#settings = settings;
    this.#report = report;
    this.#retention = new Retention(sources.store, settings);
  }

  /** Starts with the hours that the last run did not store. */
  start(): void {
    this.#recorder.onMinute = () => this.#after(() => this.#writeFinished());
    this.#after(() => this.#findUnsummed());
    this.#after(() => this.#sumHours());
    this.#after(() => this.#retention.removeOld());
    this.#timer = setInterval(
      () => this.#after(() => this.#retention.removeOld()),
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
      topics: keptTopics(topics, this.#settings().stats_topics).flatMap((topic) => {
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
    this.#unsummed.add(hourOf(ts));
  }

  /** Hours that the last run did not sum. */
  async #findUnsummed(): Promise<void> {
    const { stats } = this.#store;
    const last = await stats.lastHour(this.#runningHour);
    const minutes = await stats.system('minute', last === undefined ? 0 : last + spanSeconds.hour);
    for (const { ts } of minutes) this.#unsummed.add(hourOf(ts));
  }

  /** Sums the hours that are over. An hour is summed again when the clock was set back into it. */
  async #sumHours(): Promise<void> {
    const { stats } = this.#store;
    for (const hour of [...this.#unsummed].filter((ts) => ts < this.#runningHour)) {
      const sum = new StatsSum(hour, 'minutes');
      for (let ts = hour; ts < hour + spanSeconds.hour; ts += spanSeconds.minute) {
        sum.add(await stats.at('minute', ts));
        await nextTurn();
      }
      const rows = sum.rows();
      const topics = keptTopics(rows.topics, this.#settings().stats_topics);
      await this.#store.transaction((store) => store.stats.put('hour', { ...rows, topics }));
      this.#unsummed.delete(hour);
    }
  }

  get #runningHour(): number {
    return hourOf(this.#recorder.minuteTs || Math.floor(Date.now() / 1_000));
  }
}

const discardedText = (count: number): string =>
  `the statistics of ${count} ${count === 1 ? 'minute' : 'minutes'} were discarded: the store has failed for ${waitingMaxCount} minutes`;

const hourOf = (ts: number): number => ts - (ts % spanSeconds.hour);
