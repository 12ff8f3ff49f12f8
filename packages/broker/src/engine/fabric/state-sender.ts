import type { Guard } from '../../guard.js';
import type { Batch } from '../fanout/batch/batch.js';
import type { SlabPool } from '../fanout/batch/slab-pool.js';
import { appendValue, imageWord, valueDeliveryBytes } from '../fanout/batch/value-delivery.js';
import type { LastValues } from '../route/memory/last-values.js';
import type { NamespaceTable } from '../route/namespace-table.js';
import type { Route } from '../route/route.js';
import { type InterestWord, namespaceOf, wantsTopic } from './interest-word.js';
import type { PeerFeed } from './peer-feed.js';
import type { PeerInterest } from './peer-interest.js';
import { Kind } from './wire.js';

/** Time in one turn of the loop. */
const budgetMs = 1;
/** Topics looked at between two looks at the clock. */
const strideCount = 64;
/** Bytes of last values that are sent at once. */
const pageBytes = 65_536;
/** Topics in one message without values. */
const headsMaxCount = 2_000;
/** While the receiver has more on its way than it should, the job waits for this time. */
const retryMs = 5;

/** What comes back in the mark: the version of the interest, or the number of the sync. */
export interface Mark {
  readonly version?: number;
  readonly sync?: number;
}

interface Job {
  readonly routes: Iterator<Route>;
  readonly flags: number;
  readonly mark: Mark;
}

/** Topic, epoch and sequence of a topic without a value, as `heads` carries them. */
type HeadRow = [namespace: string, topic: string, epoch: number, sequence: number];

/** What the jobs read from. */
export interface StateSource {
  readonly namespaces: NamespaceTable;
  readonly lastValues: LastValues;
  readonly slabs: SlabPool;
  readonly guard: Guard;
}

/**
 * Sends another broker the newest state of topics: the last value of each, or its last sequence where no value is kept. That is what a new interest
 * begins with, and what closes the hole after a loss. It works in slices between messages, and a mark follows when all has been sent.
 */
export class StateSender {
  readonly #source: StateSource;
  readonly #feed: PeerFeed;
  readonly #interest: PeerInterest;
  #jobs: Job[] = [];
  #timer: NodeJS.Timeout | NodeJS.Immediate | null = null;

  constructor(source: StateSource, feed: PeerFeed, interest: PeerInterest) {
    this.#source = source;
    this.#feed = feed;
    this.#interest = interest;
  }

  /** Sends the state of all topics that these words want, then the mark. */
  add(words: readonly InterestWord[], flags: number, mark: Mark): void {
    // A sync that is asked for again replaces the one before.
    if (mark.sync !== undefined) this.#jobs = this.#jobs.filter((job) => job.mark.sync === undefined);
    this.#jobs.push({ routes: this.#routesOf(words), flags, mark });
    this.#timer ??= setImmediate(() => this.#run());
  }

  close(): void {
    this.#jobs = [];
  }

  /** Own topics with a message that one of the words wants, each once. */
  *#routesOf(words: readonly InterestWord[]): Generator<Route> {
    const byNamespace = new Map<string, InterestWord[]>();
    for (const word of words) {
      const name = namespaceOf(word);
      byNamespace.set(name, [...(byNamespace.get(name) ?? []), word]);
    }
    for (const [name, wanted] of byNamespace) {
      for (const route of this.#source.namespaces.of(name)?.ownRoutes() ?? []) {
        if (wanted.some((word) => wantsTopic(word, route.topic))) yield route;
      }
    }
  }

  #run(): void {
    this.#timer = null;
    this.#source.guard.run('sending the state of topics to another broker', () => this.#turn());
  }

  #turn(): void {
    if (this.#feed.window.isOverSoft) {
      this.#timer = setTimeout(() => this.#run(), retryMs);
      return;
    }
    // What was accepted before goes out before: it is older than the values below.
    this.#interest.flush();
    const untilMs = performance.now() + budgetMs;
    for (let job = this.#jobs[0]; job !== undefined; job = this.#jobs[0]) {
      const isDone = this.#page(job, untilMs);
      if (!isDone) break;
      this.#jobs.shift();
      this.#feed.sendJson(Kind.mark, job.mark);
    }
    if (this.#jobs.length > 0) this.#timer ??= setImmediate(() => this.#run());
  }

  /** Sends the next topics of a job. True when it is through. */
  #page({ routes, flags }: Job, untilMs: number): boolean {
    const page = new Page(this.#source.slabs);
    const heads: HeadRow[] = [];
    let isDone = false;
    for (let count = 1; !page.isFull && heads.length < headsMaxCount; count++) {
      const { done, value: route } = routes.next();
      if (done === true) {
        isDone = true;
        break;
      }
      this.#put(route, page, heads, flags);
      if (count % strideCount === 0 && performance.now() > untilMs) break;
    }
    page.sendTo(this.#feed, flags);
    if (heads.length > 0) this.#feed.sendJson(Kind.heads, { heads });
    return isDone;
  }

  #put(route: Route, page: Page, heads: HeadRow[], flags: number): void {
    if (route.sequence === 0) return;
    const value = this.#source.lastValues.of(route);
    if (value === null) heads.push([route.namespace.name, route.topic, route.epoch, route.sequence]);
    else if (value.large !== null) this.#feed.sendParts(value.large.chunks!, value.large.endBytes, flags);
    else page.add(route, value);
  }
}

/** Last values that are sent together. */
class Page {
  readonly #slabs: SlabPool;
  #batch: Batch | null = null;

  constructor(slabs: SlabPool) {
    this.#slabs = slabs;
  }

  get isFull(): boolean {
    return this.#batch !== null && this.#batch.endBytes >= pageBytes;
  }

  add(route: Route, value: NonNullable<Route['value']>): void {
    const bytes = valueDeliveryBytes(route, value);
    this.#batch ??= this.#slabs.take(bytes);
    const needed = this.#batch.endBytes + bytes;
    if (needed > this.#batch.buffer.length) this.#slabs.grow(this.#batch, needed);
    appendValue(this.#batch, route, value, imageWord);
  }

  sendTo(feed: PeerFeed, flags: number): void {
    if (this.#batch === null) return;
    feed.send(this.#batch.view, this.#batch.messageCount, flags);
    this.#slabs.release(this.#batch);
  }
}
