import { nextTurn } from '../next-turn.js';
import { spanSeconds } from '../store/stats-rows.js';
import type { Store } from '../store/store.js';
import type { Minute, Recorder } from './recorder.js';
import { StatsSum } from './stats-sums.js';
import type { TopicIds } from './topic-ids.js';

const secondsADay = 86_400;
/** Minutes that wait while the store cannot be written; older ones are given up. */
const waitingMaxCount = 60;

/** How long rows are kept, days, and how often old ones are looked for. */
export interface StatsRetention {
  readonly minuteDays: number;
  readonly hourDays: number;
  readonly cleanupIntervalSec: number;
}

/** Where the figures come from and go to. */
export interface StatsSources {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly topicIds: TopicIds;
  /** Every topic seen so far has its number. */
  topicsSettled(): Promise<void>;
}

/** Writes each minute when it is over, the hours when they are, and removes what is too old. */
export class StatsWriter {
  readonly #sources: StatsSources;
  readonly #store: Store;
  readonly #recorder: Recorder;
  readonly #retention: StatsRetention;
  readonly #onError: (error: unknown) => void;
  #waiting: Minute[] = [];
  #working: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(sources: StatsSources, retention: StatsRetention, onError: (error: unknown) => void) {
    this.#sources = sources;
    this.#store = sources.store;
    this.#recorder = sources.recorder;
    this.#retention = retention;
    this.#onError = onError;
  }

  /** From now on, beginning with what the last run left undone. */
  start(): void {
    this.#recorder.onMinute = () => this.#after(() => this.#writeFinished());
    this.#after(() => this.#sumHours());
    this.#after(() => this.#removeOld());
    this.#timer = setInterval(() => this.#after(() => this.#removeOld()), this.#retention.cleanupIntervalSec * 1_000);
  }

  /** Writes the minute that runs, as far as it has come. */
  async stop(): Promise<void> {
    this.#recorder.onMinute = () => {};
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#after(() => this.#write(this.#recorder.takeFinished(true)));
    await this.#working;
  }

  /** One thing at a time; what fails is told, and tried again with the next minute. */
  #after(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch(this.#onError);
  }

  async #writeFinished(): Promise<void> {
    await this.#write(this.#recorder.takeFinished());
    await this.#sumHours();
  }

  async #write(minutes: readonly Minute[]): Promise<void> {
    this.#waiting.push(...minutes);
    while (this.#waiting.length > 0) {
      await this.#writeMinute(this.#waiting[0]!).catch((error: unknown) => {
        const givenUp = this.#waiting.splice(0, this.#waiting.length - waitingMaxCount);
        if (givenUp.length > 0) this.#onError(new Error(`statistics of ${givenUp.length} minutes were given up`));
        throw error;
      });
      this.#waiting.shift();
    }
  }

  /** Added to what is there of the minute: the broker may have stopped and started again in it. */
  async #writeMinute({ ts, system, topics, users }: Minute): Promise<void> {
    await this.#sources.topicsSettled();
    const rows = {
      system: [system.row()],
      topics: topics.flatMap((topic) => {
        // One that was deleted has no history.
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

  /** Makes the hours that are over and not there yet of their minutes. */
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
    const { minuteDays, hourDays } = this.#retention;
    const nowTs = Math.floor(Date.now() / 1_000);
    for (const [span, days] of [
      ['minute', minuteDays],
      ['hour', hourDays],
    ] as const) {
      while ((await this.#store.stats.removeOldest(span, nowTs - days * secondsADay)) > 0) await nextTurn();
    }
  }
}

const hourOf = (ts: number): number => ts - (ts % spanSeconds.hour);
