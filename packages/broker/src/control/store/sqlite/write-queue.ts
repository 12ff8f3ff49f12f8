import { StoreError } from '../store-error.js';

/** Lets one transaction at a time use the connection that writes, in order of arrival. */
export class WriteQueue {
  readonly #waitMs: number;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  /** `waitMs`: how long one may wait for its turn. */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Resolves when the turn has come; the caller must then call `release`. Throws a StoreError when that takes too long. */
  async acquire(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(
          new StoreError('STORE_BUSY', `other writes have kept the database busy for more than ${this.#waitMs} ms`),
        );
      }, this.#waitMs);
      this.#waiting.push(turn);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}
