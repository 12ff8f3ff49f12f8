import { StoreError, type StoreProblemCode } from './store-error.js';

/** What is wrong with the store. */
export interface StoreProblem {
  readonly code: StoreProblemCode;
  readonly text: string;
  /** Milliseconds of the monotonic clock. */
  readonly sinceMs: number;
}

type Listener = (now: StoreProblem | null, before: StoreProblem | null) => void;

/** Whether the store can be written, by what the last writes met with. */
export class StoreHealth {
  readonly #listeners = new Set<Listener>();
  #problem: StoreProblem | null = null;
  #writtenAtMs = performance.now();

  /** Null while writes succeed. */
  get problem(): StoreProblem | null {
    return this.#problem;
  }

  /** Time since the last write that succeeded, in milliseconds. */
  get quietMs(): number {
    return performance.now() - this.#writtenAtMs;
  }

  /** Calls back when the state or its cause changes. */
  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Resolves when the store can be written: now, or when a later write has succeeded. */
  async writable(): Promise<void> {
    if (this.#problem === null) return;
    await new Promise<void>((resolve) => {
      const listener: Listener = (now) => {
        if (now !== null) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
    });
  }

  /** A write succeeded. */
  wrote(): void {
    this.#writtenAtMs = performance.now();
    this.#change(null);
  }

  /** A write failed. Only errors of the store itself count: a name that is taken says nothing about the disk. */
  failed(error: unknown): void {
    if (!(error instanceof StoreError) || error.code === 'STORE_BUSY') return;
    const sinceMs = this.#problem?.sinceMs ?? performance.now();
    this.#change({ code: error.code, text: error.message, sinceMs });
  }

  #change(now: StoreProblem | null): void {
    const before = this.#problem;
    this.#problem = now;
    if (before?.code === now?.code) return;
    for (const listener of [...this.#listeners]) listener(now, before);
  }
}
