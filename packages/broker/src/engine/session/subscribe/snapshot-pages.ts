import type { BatchMemory } from '../../fanout/batch/batch-memory.js';
import type { Route } from '../../route/route.js';
import { ImagePage } from './image-page.js';
import type { SnapshotJob } from './snapshot-job.js';

/** The next images of snapshots at the same place: one page that all of them get, and one for each that needs more than the others. */
export class SnapshotPages {
  readonly #jobs: readonly SnapshotJob[];
  readonly #memory: BatchMemory;
  readonly #shared: ImagePage;
  readonly #own = new Map<SnapshotJob, ImagePage>();
  /** A topic accepted up to here is new to none of them. */
  readonly #leastMark: number;

  constructor(jobs: readonly SnapshotJob[], memory: BatchMemory) {
    this.#jobs = jobs;
    this.#memory = memory;
    this.#shared = new ImagePage(memory);
    this.#leastMark = Math.min(...jobs.map(({ mark }) => mark));
  }

  /** Adds the image of a topic for those that need it. False when a page is full: nothing was added. */
  add(route: Route): boolean {
    const { value, acceptNumber } = route;
    if (route.namespace.isOutdated(route)) return true;
    const needing = this.#jobs.filter(({ mark }) => acceptNumber <= mark);
    if (needing.length < this.#jobs.length) {
      for (const job of this.#jobs) if (acceptNumber > job.mark) job.isLiveExpected = true;
    }
    if (value === null) {
      for (const job of needing) job.leftOutCount += Number(route.isLeftOut);
      return true;
    }
    const pages = acceptNumber <= this.#leastMark ? [this.#shared] : needing.map((job) => this.#pageOf(job));
    if (!pages.every((page) => page.hasRoomFor(route, value))) return false;
    for (const page of pages) page.add(route, value);
    for (const job of needing) job.imageCount++;
    return true;
  }

  /** Sends the pages. They are not used after this. */
  deliver(): void {
    this.#shared.deliverTo(this.#jobs.map(({ lane }) => lane.subscriber!.subscriber));
    for (const [job, page] of this.#own) page.deliverTo([job.lane.subscriber!.subscriber]);
  }

  #pageOf(job: SnapshotJob): ImagePage {
    let page = this.#own.get(job);
    if (page === undefined) {
      page = new ImagePage(this.#memory);
      this.#own.set(job, page);
    }
    return page;
  }
}
