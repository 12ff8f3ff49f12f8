import type { FastifyRequest } from 'fastify';
import type { PendingChange } from '../store/pending/pending-change.js';
import type { PendingChanges } from '../store/pending/pending-changes.js';
import type { Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import type { StoreHealth } from '../store/store-health.js';
import { auditEntryOf } from './audit-trail.js';

/** How long a change that takes rights away waits for the store before it acts without it. */
const storeWaitMs = 300;

/** A change that only takes rights away. */
export interface Withdrawal<Checked> {
  /** Finds what the change is about, and throws what the caller gets when it is not possible. */
  check(store: Store): Promise<Checked>;
  /** Stores the change, in the transaction of `check`. */
  write(store: Store, checked: Checked): Promise<void>;
  /** The change as it is kept while the store cannot be written. */
  pending(checked: Checked): PendingChange;
  /** Makes the change work: the engine gets it. */
  act(checked: Checked): void;
}

/** The store did not begin the change in time. */
class TooLateError extends Error {}

/** Makes changes that take rights away. They act at once; when the store cannot be written they are kept in a file until it can. */
export class Withdrawals {
  readonly #store: Store;
  readonly #pending: PendingChanges;
  readonly #health: StoreHealth;

  constructor(store: Store, pending: PendingChanges, health: StoreHealth) {
    this.#store = store;
    this.#pending = pending;
    this.#health = health;
  }

  /** True when the change is stored; false when it acts and is kept in the file. The row of `request` in the audit log is kept with it. */
  async make<Checked>(request: FastifyRequest, change: Withdrawal<Checked>): Promise<boolean> {
    if (await this.#isStored(change)) return true;
    const checked = await change.check(this.#store);
    const kept = this.#pending.add(change.pending(checked), auditEntryOf(request));
    request.audit.isOff = true;
    change.act(checked);
    await kept;
    return false;
  }

  async #isStored<Checked>(change: Withdrawal<Checked>): Promise<boolean> {
    if (this.#health.problem !== null) return false;
    try {
      change.act(await this.#storeInTime(change));
      return true;
    } catch (error) {
      if (error instanceof StoreError || error instanceof TooLateError) return false;
      throw error;
    }
  }

  /** Stores the change in a transaction that begins soon, or not at all. */
  #storeInTime<Checked>(change: Withdrawal<Checked>): Promise<Checked> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new TooLateError());
      }, storeWaitMs);
      const stored = this.#store.transaction(async (inner) => {
        if (isLate) throw new TooLateError();
        clearTimeout(timer);
        const checked = await change.check(inner);
        await change.write(inner, checked);
        return checked;
      });
      stored.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}
