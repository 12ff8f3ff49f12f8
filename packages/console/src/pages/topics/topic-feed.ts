import type { ApiTopic } from '@pulsemq/protocol';
import { askPage } from '../../api/request.js';
import { ExternalStore } from '../../state/external-store.js';

export interface TopicList {
  readonly topics: readonly ApiTopic[];
  /** Every page has been read at least once. */
  readonly isComplete: boolean;
  readonly failure: unknown;
}

/** Topics per request: parsing that many takes a few milliseconds, which does not block the page. */
const pageSize = 1000;
const refreshMs = 2000;

/**
 * All topics with their current figures. The first pass reads page after page. After that one page is read every two seconds, in
 * turn, so that 10,000 topics cost no more at a time than 1,000.
 */
export class TopicFeed {
  readonly list = new ExternalStore<TopicList>({ topics: [], isComplete: false, failure: null });
  readonly #pages: (readonly ApiTopic[])[] = [];
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0;

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  start(): void {
    void this.#readNext();
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  /** Starts at once with the first page. */
  readonly refresh = (): void => {
    clearTimeout(this.#timer);
    this.#next = 0;
    void this.#readNext();
  };

  async #readNext(): Promise<void> {
    const page = this.#next;
    try {
      const query = { limit: pageSize, offset: page * pageSize };
      const { rows, total } = await askPage<ApiTopic>('/api/topics', { query, signal: this.#stop.signal });
      this.#take(page, rows, total);
    } catch (failure) {
      if (this.#stop.signal.aborted) return;
      this.list.update((list) => ({ ...list, failure }));
    }
    if (this.#stop.signal.aborted) return;
    const isFirstPass = !this.list.get().isComplete && this.list.get().failure === null;
    this.#timer = setTimeout(() => void this.#readNext(), isFirstPass ? 0 : refreshMs);
  }

  #take(page: number, rows: readonly ApiTopic[], total: number): void {
    const pageCount = Math.max(1, Math.ceil(total / pageSize));
    this.#pages[page] = rows;
    this.#pages.length = Math.min(this.#pages.length, pageCount);
    this.#next = (page + 1) % pageCount;
    const isComplete = this.list.get().isComplete || this.#next === 0;
    this.list.set({ topics: this.#pages.flat(), isComplete, failure: null });
  }
}
