/** Failures are counted over this time. */
const windowMs = 60_000;
/** Failures without delay: of a name from one address, and of an address. */
const freePairCount = 5;
const freeAddressCount = 50;
const firstDelayMs = 100;
const maxDelayMs = 2_000;
/** Entries remembered. Past it the oldest are forgotten, so that a flood of names costs no memory. */
const maxEntryCount = 10_000;

interface Failures {
  count: number;
  readonly sinceMs: number;
}

/**
 * Slows down guessing without a lock-out: after a few failures the answer to a wrong token or password is delayed, longer each time. A right
 * one is never delayed. Failures count by name and address together, and by address. Each plane has its own.
 */
export class AuthThrottle {
  readonly #byPair = new Map<string, Failures>();
  readonly #byAddress = new Map<string, Failures>();

  /** Counts a failure. Returns for how long its answer must be delayed. */
  failed(address: string, name: string, nowMs: number): number {
    count(this.#byPair, pairKey(address, name), nowMs);
    count(this.#byAddress, address, nowMs);
    return this.delayMs(address, name, nowMs);
  }

  /** How long the answer to a wrong token or password is delayed now. */
  delayMs(address: string, name: string, nowMs: number): number {
    const pairExcessCount = present(this.#byPair, pairKey(address, name), nowMs) - freePairCount;
    const addressExcessCount = present(this.#byAddress, address, nowMs) - freeAddressCount;
    const excessCount = Math.max(pairExcessCount, addressExcessCount);
    return excessCount <= 0 ? 0 : Math.min(maxDelayMs, firstDelayMs * 2 ** (excessCount - 1));
  }

  /** A right token or password ends the count of its name and address. */
  succeeded(address: string, name: string): void {
    this.#byPair.delete(pairKey(address, name));
  }
}

const pairKey = (address: string, name: string): string => `${address} ${name.slice(0, 64)}`;

function present(failures: Map<string, Failures>, key: string, nowMs: number): number {
  const entry = failures.get(key);
  return entry !== undefined && nowMs - entry.sinceMs < windowMs ? entry.count : 0;
}

function count(failures: Map<string, Failures>, key: string, nowMs: number): void {
  const entry = failures.get(key);
  if (entry !== undefined && nowMs - entry.sinceMs < windowMs) {
    entry.count++;
    return;
  }
  failures.delete(key);
  failures.set(key, { count: 1, sinceMs: nowMs });
  if (failures.size > maxEntryCount) failures.delete(failures.keys().next().value!);
}
