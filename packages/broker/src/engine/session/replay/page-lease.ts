import type { ReplayPage } from '../../../journal/replay-query.js';
import type { JournalReplay } from '../../../journal/replays.js';

/** Counts the users of a page's memory: the replay that sends it, and each batch that is not written yet. The last user gives the memory back. */
export class PageLease {
  readonly page: ReplayPage;
  readonly #source: JournalReplay;
  #count = 1;

  constructor(page: ReplayPage, source: JournalReplay) {
    this.page = page;
    this.#source = source;
  }

  /** Adds a user. */
  take(): void {
    this.#count++;
  }

  /** Removes a user. */
  readonly release = (): void => {
    if (--this.#count === 0) this.#source.giveBack(this.page);
  };
}
