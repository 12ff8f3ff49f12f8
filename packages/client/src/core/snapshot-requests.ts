import type { SnapshotEndNotice } from '@pulsemq/protocol';
import type { SnapshotEnd } from './snapshot-progress.js';

/** Who waits for the end of a snapshot. */
export interface SnapshotWaiter {
  complete(end: SnapshotEnd): void;
  /** It ended early, for another reason than `complete`. */
  fail(reason: Exclude<SnapshotEndNotice['reason'], 'complete'>): void;
  /** The connection of its lane is lost, so its end does not arrive. Without this it waits for the end of a later request. */
  lose?(): void;
}

interface PendingSnapshot {
  readonly key: string;
  readonly waiters: Set<SnapshotWaiter>;
}

/** The snapshots that a lane has asked for and whose ends have not arrived. */
export class SnapshotRequests {
  readonly #pending = new Map<number, PendingSnapshot>();
  #lastNumber = 0;

  /** Returns the number of a new request. `key` is its namespace and pattern. */
  add(key: string, waiters: Iterable<SnapshotWaiter>): number {
    this.#lastNumber = (this.#lastNumber + 1) >>> 0;
    this.#pending.set(this.#lastNumber, { key, waiters: new Set(waiters) });
    return this.#lastNumber;
  }

  /** The broker has refused a request. */
  remove(request: number): void {
    this.#pending.delete(request);
  }

  /** The connection is lost: no end of it will arrive. */
  clear(): void {
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const { waiters } of lost) for (const waiter of waiters) waiter.lose?.();
  }

  /**
   * An end has arrived. A snapshot that was replaced by a newer one of the same pattern goes on in that one, because its images come
   * again there.
   */
  end({ request, count, left_out, reason }: SnapshotEndNotice): void {
    const ended = this.#pending.get(request);
    if (ended === undefined) return;
    this.#pending.delete(request);
    const next = reason === 'replaced' ? this.#newest(ended.key) : undefined;
    for (const waiter of ended.waiters) {
      if (next !== undefined) next.waiters.add(waiter);
      else if (reason === 'complete') waiter.complete({ count, leftOut: left_out });
      else waiter.fail(reason);
    }
  }

  #newest(key: string): PendingSnapshot | undefined {
    return [...this.#pending.values()].findLast((one) => one.key === key);
  }
}
