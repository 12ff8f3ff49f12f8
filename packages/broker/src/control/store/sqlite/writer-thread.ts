import { Worker } from 'node:worker_threads';
import { StoreError } from '../store-error.js';
import type { WriterJob, WriterResult, WriterRows } from './writer-jobs.js';

interface Waiting {
  readonly resolve: (rows: WriterRows) => void;
  readonly reject: (error: unknown) => void;
}

/** An error of SQLite, as the thread reports it. */
class SqliteError extends Error {
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.name = 'SqliteError';
    this.code = code;
  }
}

/** The thread that writes one database file. When it ends by mistake, the next job starts it again. */
export class WriterThread {
  readonly #path: string;
  readonly #onEnded: (text: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosing = false;
  /** Goes up with each start. A transaction of an earlier one is lost. */
  generation = 0;

  /** `onEnded` gets a line for the log when the thread ended by mistake. */
  constructor(path: string, onEnded: (text: string) => void) {
    this.#path = path;
    this.#onEnded = onEnded;
  }

  /** Starts the thread and opens the file. Throws the error of SQLite. */
  async open(): Promise<void> {
    await this.#post(this.#start(), { kind: 'open', path: this.#path });
  }

  /** Runs one job. Throws the error of SQLite, or a StoreError when the thread ended meanwhile. */
  async run(job: WriterJob): Promise<WriterRows> {
    if (this.#isClosing) throw new StoreError('STORE_FAILED', 'the database is closed');
    if (this.#worker === null) await this.open();
    return this.#post(this.#worker!, job);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === null) return;
    try {
      await this.#post(worker, { kind: 'close' });
    } finally {
      await worker.terminate();
    }
  }

  #post(worker: Worker, job: WriterJob): Promise<WriterRows> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, job });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./writer-worker.js', import.meta.url), { name: 'pulsemq-store' });
    this.#worker = worker;
    this.generation += 1;
    worker.unref();
    worker.on('message', (result: WriterResult) => this.#onResult(result));
    worker.on('error', (error) => this.#onEnd(worker, `threw ${error.stack ?? error.message}`));
    worker.on('exit', (code) => this.#onEnd(worker, `ended with code ${code}`));
    return worker;
  }

  #onResult(result: WriterResult): void {
    const waiting = this.#waiting.get(result.id);
    this.#waiting.delete(result.id);
    if ('done' in result) waiting?.resolve(result.done);
    else waiting?.reject(new SqliteError(result.failed.message, result.failed.code));
  }

  #onEnd(worker: Worker, how: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const error = new StoreError('STORE_FAILED', `the thread that writes the database ${how}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (!this.#isClosing) this.#onEnded(`${error.message}; the next write starts it again`);
  }
}
