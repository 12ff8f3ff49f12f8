/**
 * Slows down guessing: after 20 failures of one name from one address within the window, further attempts of that pair fail unchecked. Other
 * names behind the same address are not affected.
 */

const maxFailureCount = 20;
const windowMs = 10_000;
/** Pairs remembered. Past it the oldest are forgotten, so that a flood of names costs no memory. */
const maxPairCount = 10_000;

export class AuthThrottle {
  readonly #failures = new Map<string, { count: number; sinceMs: number }>();

  isBlocked(address: string, name: string, nowMs: number): boolean {
    const entry = this.#failures.get(keyOf(address, name));
    return entry !== undefined && nowMs - entry.sinceMs < windowMs && entry.count >= maxFailureCount;
  }

  failed(address: string, name: string, nowMs: number): void {
    const key = keyOf(address, name);
    const entry = this.#failures.get(key);
    if (entry !== undefined && nowMs - entry.sinceMs < windowMs) {
      entry.count++;
      return;
    }
    this.#failures.delete(key);
    this.#failures.set(key, { count: 1, sinceMs: nowMs });
    if (this.#failures.size > maxPairCount) this.#failures.delete(this.#failures.keys().next().value!);
  }
}

const keyOf = (address: string, name: string): string => `${address} ${name.slice(0, 64)}`;
