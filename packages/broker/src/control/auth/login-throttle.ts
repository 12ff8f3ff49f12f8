/** Failed log-ins of one account and of one address that are borne within the window. */
const accountLimitCount = 10;
const addressLimitCount = 50;
const windowMs = 5 * 60_000;
/** Names and addresses remembered; past it the oldest are forgotten, so that a flood cannot fill the memory. */
const memoryLimitCount = 50_000;

interface Failures {
  count: number;
  sinceMs: number;
}

/** Slows down guessing: counts failed log-ins by account and by address. Successes cost nothing. */
export class LoginThrottle {
  readonly #accounts = new Map<string, Failures>();
  readonly #addresses = new Map<string, Failures>();

  /** Takes one attempt; returns the seconds to wait when there have been too many, else 0. */
  begin(account: string, address: string, nowMs = Date.now()): number {
    const waitMs = Math.max(
      waitingMs(this.#accounts, account, accountLimitCount, nowMs),
      waitingMs(this.#addresses, address, addressLimitCount, nowMs),
    );
    if (waitMs > 0) return Math.ceil(waitMs / 1_000);
    // Counted before the password is checked: a hundred tries at once must not all pass the gate.
    count(this.#accounts, account, nowMs);
    count(this.#addresses, address, nowMs);
    return 0;
  }

  /** The attempt was good: it does not count, and the account starts afresh. */
  succeeded(account: string, address: string): void {
    this.#accounts.delete(account);
    const failures = this.#addresses.get(address);
    if (failures !== undefined) failures.count -= 1;
  }
}

function waitingMs(table: Map<string, Failures>, key: string, limit: number, nowMs: number): number {
  const failures = table.get(key);
  if (failures === undefined) return 0;
  const restMs = failures.sinceMs + windowMs - nowMs;
  if (restMs <= 0) {
    table.delete(key);
    return 0;
  }
  return failures.count >= limit ? restMs : 0;
}

function count(table: Map<string, Failures>, key: string, nowMs: number): void {
  const failures = table.get(key);
  if (failures !== undefined) {
    failures.count += 1;
    return;
  }
  if (table.size >= memoryLimitCount) table.delete(table.keys().next().value!);
  table.set(key, { count: 1, sinceMs: nowMs });
}
