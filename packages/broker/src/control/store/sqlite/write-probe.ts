import type { SplitDatabase } from './split-driver.js';
import { storeErrorOf } from './sqlite-errors.js';

/** How long a probe waits for the write lock. */
const probeWaitMs = 250;
/** A write that succeeded within this time is proof enough. */
const freshMs = 2_000;

const sql =
  "insert into settings (key, value) values ('write_probe', ?) on conflict (key) do update set value = excluded.value";

/** Finds out whether the database can be written, by writing: neither the lock nor the disk can be asked otherwise. */
export class WriteProbe {
  readonly #shared: SplitDatabase;
  #running: Promise<void> | null = null;

  constructor(shared: SplitDatabase) {
    this.#shared = shared;
  }

  /** Writes one row, unless another write has succeeded just now. What it finds stands in the health of the store. Never throws. */
  async probe(): Promise<void> {
    const { health } = this.#shared;
    if (health.problem === null && health.quietMs < freshMs) return;
    this.#running ??= this.#write().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  async #write(): Promise<void> {
    const { queue, writer, health } = this.#shared;
    try {
      await queue.acquire();
      try {
        const parameters = [new Date().toISOString()];
        await writer.run({ kind: 'write', sql, parameters, waitMs: probeWaitMs });
      } finally {
        queue.release();
      }
      health.wrote();
    } catch (error) {
      health.failed(storeErrorOf(error));
    }
  }
}
