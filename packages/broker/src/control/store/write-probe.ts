import type { StoreHealth } from './store-health.js';

/** A write that succeeded within this time is proof enough. */
const freshMs = 2_000;

/** Finds out whether the database can be written, by writing: neither a lock nor a disk can be asked otherwise. */
export class WriteProbe {
  readonly #health: StoreHealth;
  readonly #write: () => Promise<void>;
  readonly #errorOf: (error: unknown) => unknown;
  #running: Promise<void> | null = null;

  /** `write` writes one row. `errorOf` turns its error into that of the store. */
  constructor(health: StoreHealth, write: () => Promise<void>, errorOf: (error: unknown) => unknown) {
    this.#health = health;
    this.#write = write;
    this.#errorOf = errorOf;
  }

  /** Writes one row, unless another write has succeeded just now. The health of the store has the outcome. Never throws. */
  async probe(): Promise<void> {
    if (this.#health.problem === null && this.#health.quietMs < freshMs) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.#write();
      this.#health.wrote();
    } catch (error) {
      this.#health.failed(this.#errorOf(error));
    }
  }
}
