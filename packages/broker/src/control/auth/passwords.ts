import { Worker } from 'node:worker_threads';
import type { PasswordJob, PasswordResult } from './password-worker.js';

/** Jobs that may wait, and urgent ones besides. The thread sleeps between jobs, so the last of 64 waits about twelve seconds. */
const queueLimitCount = 64;
/** Times that a job is started: once more when its thread ended meanwhile. */
const startMaxCount = 2;

/** Too many passwords are waiting to be checked or hashed. */
export class PasswordQueueFullError extends Error {
  constructor() {
    super(`${queueLimitCount} passwords are waiting to be checked, the limit; try again`);
    this.name = 'PasswordQueueFullError';
  }
}

// A job without its id, which this class assigns.
type NewJob = PasswordJob extends infer Job ? (Job extends unknown ? Omit<Job, 'id'> : never) : never;

interface Waiting {
  readonly job: NewJob;
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: Error) => void;
  startCount: number;
}

/** Urgent jobs go before all others: those of callers who are logged in, or come from an address that has logged in before. */
export interface PasswordOptions {
  readonly isUrgent?: boolean;
}

/**
 * Hashes and verifies passwords in a thread of its own, one at a time. The thread starts with the first password; when it ends by mistake
 * it is started again, and the job it had is tried once more.
 */
export class Passwords {
  readonly #onEnded: (text: string) => void;
  readonly #urgent: Waiting[] = [];
  readonly #others: Waiting[] = [];
  /** Number of waiting jobs, shared with the thread. */
  readonly #waitingCount = new Int32Array(new SharedArrayBuffer(4));
  #running: { readonly id: number; readonly waiting: Waiting } | null = null;
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;

  /** `onEnded` gets a line for the log when the thread ended by mistake. */
  constructor(onEnded: (text: string) => void = () => {}) {
    this.#onEnded = onEnded;
  }

  /** Argon2id with a random salt. Throws a PasswordQueueFullError. */
  async hash(password: string, options?: PasswordOptions): Promise<string> {
    return String(await this.#add({ kind: 'hash', password }, options));
  }

  /** Checks a password against an argon2id or bcrypt hash. Throws a PasswordQueueFullError. */
  async verify(password: string, hash: string, options?: PasswordOptions): Promise<boolean> {
    return (await this.#add({ kind: 'verify', password, hash }, options)) === true;
  }

  /** Ends the thread; waiting jobs fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    const error = new Error('the broker is shutting down');
    const left = [...(this.#running === null ? [] : [this.#running.waiting]), ...this.#urgent, ...this.#others];
    this.#running = null;
    for (const queue of [this.#urgent, this.#others]) queue.splice(0);
    for (const { reject } of left) reject(error);
  }

  #add(job: NewJob, { isUrgent = false }: PasswordOptions = {}): Promise<string | boolean> {
    const queue = isUrgent ? this.#urgent : this.#others;
    const runningCount = this.#running === null ? 0 : 1;
    if (queue.length >= queueLimitCount - runningCount) return Promise.reject(new PasswordQueueFullError());
    if (this.#isClosed) return Promise.reject(new Error('the broker is shutting down'));
    return new Promise((resolve, reject) => {
      queue.push({ job, resolve, reject, startCount: 0 });
      this.#next();
    });
  }

  /** Gives the thread its next job, if it has none. */
  #next(): void {
    Atomics.store(this.#waitingCount, 0, this.#urgent.length + this.#others.length);
    if (this.#running !== null || this.#isClosed) return;
    const waiting = this.#urgent.shift() ?? this.#others.shift();
    if (waiting === undefined) return;
    this.#lastId += 1;
    waiting.startCount += 1;
    this.#running = { id: this.#lastId, waiting };
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...waiting.job, id: this.#lastId });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./password-worker.js', import.meta.url), {
      name: 'pulsemq-passwords',
      workerData: this.#waitingCount.buffer,
    });
    worker.unref();
    worker.on('message', (result: PasswordResult) => this.#onResult(result));
    worker.on('error', (error) => this.#onEnd(worker, `threw ${error.stack ?? error.message}`));
    worker.on('exit', (code) => this.#onEnd(worker, `ended with code ${code}`));
    return worker;
  }

  #onResult(result: PasswordResult): void {
    if (this.#running?.id !== result.id) return;
    const { waiting } = this.#running;
    this.#running = null;
    if ('value' in result) waiting.resolve(result.value);
    else waiting.reject(new Error(result.error));
    this.#next();
  }

  #onEnd(worker: Worker, how: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const text = `the thread that checks passwords ${how}`;
    this.#onEnded(`${text}; the next password starts it again`);
    const waiting = this.#running?.waiting;
    this.#running = null;
    if (waiting !== undefined && waiting.startCount < startMaxCount) this.#urgent.unshift(waiting);
    else waiting?.reject(new Error(text));
    this.#next();
  }
}
