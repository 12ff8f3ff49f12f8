import type { Worker } from 'node:worker_threads';
import { fullPageBytes, sparePageMaxCount } from './page-memory.js';
import type { PageRequest, ReplayPage, ReplayQuery } from './replay-query.js';
import type { ReplayPageRequest, ReplayRequest, ReplayResult } from './thread-messages.js';

/** One replay, as the engine sees it. Ask for one page at a time. */
export interface JournalReplay {
  /** The next messages. Rejects when the thread that reads has ended. */
  next(request: PageRequest): Promise<ReplayPage>;
  /** Nothing points into the bytes of a page any more: their memory is used for another one. Call it once for a page, at most. */
  giveBack(page: ReplayPage): void;
  /** Lets go of it. A page that was asked for still comes. */
  close(): void;
}

interface Waiting {
  resolve(page: ReplayPage): void;
  reject(error: Error): void;
}

/** The replays of a journal: the engine's handle of the thread that reads for them, which starts with the first. */
export class Replays {
  readonly #start: () => Worker;
  #thread: Worker | null = null;
  #lastReplay = 0;
  #lastRequest = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** Replays that are not closed. */
  readonly #open = new Set<number>();
  /** Memory of pages that goes back with the next request. */
  #spares: ArrayBuffer[] = [];

  constructor(start: () => Worker) {
    this.#start = start;
  }

  open(query: ReplayQuery): JournalReplay {
    const replay = ++this.#lastReplay;
    this.#open.add(replay);
    /** The thread that has opened it; null before. */
    let openedBy: Worker | null = null;
    return {
      next: (request) => {
        const id = ++this.#lastRequest;
        // A page that was not read, because its position was not passed, has not opened it either; opening twice is harmless.
        const thread = this.#running();
        if (openedBy !== null && openedBy !== thread)
          return Promise.reject(new Error('the thread that reads the journal has ended'));
        const sent =
          openedBy === null
            ? ({ ...request, kind: 'open', id, replay, query, spares: this.#takeSpares() } as const)
            : ({ ...request, kind: 'next', id, replay, spares: this.#takeSpares() } as const);
        return this.#ask(thread, id, sent).then((page) => {
          if (page.isPassed) openedBy = thread;
          return page;
        });
      },
      giveBack: ({ bytes }) => this.#keep(bytes.buffer as ArrayBuffer),
      close: () => this.#close(replay),
    };
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
    this.#end(new Error('the broker ends'));
  }

  #close(replay: number): void {
    this.#open.delete(replay);
    if (this.#open.size === 0) this.#spares = [];
    this.#thread?.postMessage({ kind: 'close', replay } satisfies ReplayRequest);
  }

  /** Small pages have memory of their own size, and large ones more than a page: neither is used again. */
  #keep(buffer: ArrayBuffer): void {
    const isWanted = this.#open.size > 0 && this.#spares.length < sparePageMaxCount;
    if (isWanted && buffer.byteLength === fullPageBytes) this.#spares.push(buffer);
  }

  #takeSpares(): ArrayBuffer[] {
    const spares = this.#spares;
    this.#spares = [];
    return spares;
  }

  #ask(thread: Worker, id: number, request: ReplayPageRequest): Promise<ReplayPage> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      thread.postMessage(request, request.spares);
    });
  }

  #running(): Worker {
    if (this.#thread !== null) return this.#thread;
    const thread = this.#start();
    this.#thread = thread;
    thread.on('message', ({ id, page }: ReplayResult) => {
      this.#waiting.get(id)?.resolve(page);
      this.#waiting.delete(id);
    });
    thread.on('error', (error) => this.#end(error));
    return thread;
  }

  #end(error: Error): void {
    this.#thread = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
