import type { Guard } from '../../guard.js';
import { errorText } from '../error-text.js';
import type { ControlLimits } from '../faults/control-limits.js';
import type { Logger } from '../logging/logging.js';
import type { AuditEntry } from '../store/rows.js';
import type { Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import type { StoreHealth } from '../store/store-health.js';
import { within } from '../within.js';

/** Rows that wait for the store at most. More are lost, and counted. */
const waitingMaxCount = 10_000;
/** How long an answer waits for its row. */
const answerWaitMs = 300;
/** Rows of one transaction. */
const batchCount = 500;

/** What the writer needs of the control plane. */
export interface AuditWriterParts {
  readonly store: Store;
  readonly health: StoreHealth;
  readonly guard: Guard;
  readonly limits: ControlLimits;
  readonly log: Logger;
}

/** Writes audit rows. While the store cannot be written rows wait, and no call waits for its row or fails with it. */
export class AuditWriter {
  readonly #parts: AuditWriterParts;
  #waiting: AuditEntry[] = [];
  #flushing: Promise<void> | null = null;

  constructor(parts: AuditWriterParts) {
    this.#parts = parts;
  }

  /** Rows that are not stored yet. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Resolves when the row is stored, or waits. */
  async add(entry: AuditEntry): Promise<void> {
    const row = { ...entry, createdAt: entry.createdAt ?? new Date().toISOString() };
    if (this.#parts.health.problem !== null) return this.#keep(row);
    if (this.#waiting.length === 0) return within(answerWaitMs, this.#store(row));
    // Rows keep their order.
    this.#keep(row);
    await within(answerWaitMs, this.flush());
  }

  /** Writes what waits. Resolves when nothing waits, or when the store fails again. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #store(row: AuditEntry): Promise<void> {
    try {
      await this.#parts.store.audit.add(row);
    } catch (error) {
      if (error instanceof StoreError) this.#keep(row);
      else this.#parts.guard.caught('writing an audit row', error);
    }
  }

  #keep(row: AuditEntry): void {
    const { limits, guard, health } = this.#parts;
    if (this.#waiting.length >= waitingMaxCount) {
      limits.hit(
        'waitingAuditRows',
        '',
        () => `${waitingMaxCount} audit rows wait for the store; further ones are lost`,
      );
      return;
    }
    this.#waiting.push(row);
    // The first one that waits starts the wait for all.
    if (this.#waiting.length === 1) void guard.runAsync('writing audit rows', () => this.#flushWhenWritable(health));
  }

  async #flushWhenWritable(health: StoreHealth): Promise<void> {
    while (this.#waiting.length > 0) {
      await health.writable();
      await this.flush();
    }
  }

  async #flush(): Promise<void> {
    const { guard, log } = this.#parts;
    const count = this.#waiting.length;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchCount);
      try {
        await this.#storeBatch(batch);
      } catch (error) {
        if (error instanceof StoreError) {
          log.warn(`${this.#waiting.length} audit rows wait: ${errorText(error)}`);
          return;
        }
        // Rows that cannot be stored for another reason must not hold up those behind them.
        guard.caught(`writing ${batch.length} audit rows`, error);
      }
      this.#waiting.splice(0, batch.length);
    }
    if (count > 0) log.info(`${count} audit rows that waited are stored`);
  }

  #storeBatch(batch: readonly AuditEntry[]): Promise<void> {
    return this.#parts.store.transaction(async ({ audit }) => {
      for (const row of batch) await audit.add(row);
    });
  }
}
