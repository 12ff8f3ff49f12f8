import { Worker } from 'node:worker_threads';
import type { PasswordJob, PasswordResult } from './password-worker.js';

/** Jobs that may wait for the hashing thread. It sleeps between jobs, so the last of 64 waits about twelve seconds. */
const queueLimitCount = 64;

/** Too many passwords are waiting to be checked or hashed. */
export class PasswordQueueFullError extends Error {
  constructor() {
    super(`${queueLimitCount} passwords are waiting to be checked, the limit; try again`);
    this.name = 'PasswordQueueFullError';
  }
}

interface Waiting {
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: Error) => void;
}

// A job without its id, which this class assigns.
type NewJob = PasswordJob extends infer Job ? (Job extends unknown ? Omit<Job, 'id'> : never) : never;

/** Hashes and verifies passwords in a thread of its own, which starts with the first password. */
export class Passwords {
  readonly #waiting = new Map<number, Waiting>();
  /** Number of waiting jobs, shared with the thread. */
  readonly #waitingCount = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | null = null;
  #lastId = 0;

  /** Argon2id with a random salt. Throws a PasswordQueueFullError. */
  async hash(password: string): Promise<string> {
    return String(await this.#run({ kind: 'hash', password }));
  }

  /** Checks a password against an argon2id or bcrypt hash. Throws a PasswordQueueFullError. */
  async verify(password: string, hash: string): Promise<boolean> {
    return (await this.#run({ kind: 'verify', password, hash })) === true;
  }

  /** Ends the thread; waiting jobs fail. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#fail(new Error('the broker is shutting down'));
  }

  #run(job: NewJob): Promise<string | boolean> {
    if (this.#waiting.size >= queueLimitCount) return Promise.reject(new PasswordQueueFullError());
    this.#worker ??= this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    this.#worker.postMessage({ ...job, id });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#countWaiting();
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./password-worker.js', import.meta.url), {
      name: 'pulsemq-passwords',
      workerData: this.#waitingCount.buffer,
    });
    worker.unref();
    worker.on('message', (result: PasswordResult) => {
      const waiting = this.#waiting.get(result.id);
      this.#waiting.delete(result.id);
      this.#countWaiting();
      if ('value' in result) waiting?.resolve(result.value);
      else waiting?.reject(new Error(result.error));
    });
    worker.on('error', (error) => {
      this.#worker = null;
      this.#fail(error);
    });
    return worker;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#countWaiting();
  }

  #countWaiting(): void {
    Atomics.store(this.#waitingCount, 0, this.#waiting.size);
  }
}
