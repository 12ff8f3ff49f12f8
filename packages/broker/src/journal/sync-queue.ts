import type { JournalFile } from './file-port.js';

interface Job {
  readonly file: JournalFile;
  readonly ended: (error: Error | null) => void;
}

/** Syncs files beside the writing, one after another. A sync takes as long as the disk writes what waits for it, and the ring would fill meanwhile. */
export class SyncQueue {
  readonly #jobs: Job[] = [];
  #wake: (() => void) | null = null;

  /** Syncs that have not ended. */
  get length(): number {
    return this.#jobs.length;
  }

  /** Makes durable at least what the file has now. `ended` gets null, or the error, and must not throw. The file must stay open until then. */
  add(file: JournalFile, ended: (error: Error | null) => void): void {
    this.#jobs.push({ file, ended });
    if (this.#jobs.length === 1) this.#begin();
  }

  /** Resolves when the next sync has ended. Call it only while there is one. */
  nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #begin(): void {
    const job = this.#jobs[0];
    job?.file.syncLater((error) => {
      this.#jobs.shift();
      this.#begin();
      job.ended(error);
      this.#wake?.();
      this.#wake = null;
    });
  }
}
