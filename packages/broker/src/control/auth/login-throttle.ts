/** Failed log-ins of one account, and of one address, that are allowed within the window. */
const accountLimitCount = 10;
const addressLimitCount = 50;
const windowMs = 5 * 60_000;
/** Attempts of one account that may run at once. They have not failed yet, so the limit above does not stop them. */
const runningLimitCount = 100;
/** Names, and addresses, that are remembered. The oldest are forgotten first, so that a flood cannot fill the memory. */
const memoryLimitCount = 50_000;

interface Attempts {
  failedCount: number;
  runningCount: number;
  sinceMs: number;
}

/** Slows down password guessing: counts failed log-ins by account and by address. Successful ones do not count. */
export class LoginThrottle {
  readonly #accounts = new Map<string, Attempts>();
  readonly #addresses = new Map<string, Attempts>();

  /** Begins an attempt and returns 0, or returns the seconds to wait when there have been too many. */
  begin(account: string, address: string, nowMs = Date.now()): number {
    const ofAccount = attemptsOf(this.#accounts, account, nowMs);
    const ofAddress = attemptsOf(this.#addresses, address, nowMs);
    const waitMs = Math.max(
      waitingMs(ofAccount, accountLimitCount, nowMs),
      waitingMs(ofAddress, addressLimitCount, nowMs),
    );
    if (waitMs > 0) return Math.ceil(waitMs / 1_000);
    if (ofAccount.runningCount >= runningLimitCount) return 1;
    ofAccount.runningCount++;
    ofAddress.runningCount++;
    return 0;
  }

  /** Ends an attempt that `begin` allowed. */
  end(account: string, address: string, isGood: boolean): void {
    for (const attempts of [this.#accounts.get(account), this.#addresses.get(address)]) {
      if (attempts === undefined) continue;
      attempts.runningCount--;
      if (!isGood) attempts.failedCount++;
    }
  }
}

function waitingMs({ failedCount, sinceMs }: Attempts, limitCount: number, nowMs: number): number {
  return failedCount >= limitCount ? sinceMs + windowMs - nowMs : 0;
}

function attemptsOf(table: Map<string, Attempts>, key: string, nowMs: number): Attempts {
  const known = table.get(key);
  if (known !== undefined && known.sinceMs + windowMs > nowMs) return known;
  if (table.size >= memoryLimitCount) table.delete(table.keys().next().value!);
  const fresh = { failedCount: 0, runningCount: known?.runningCount ?? 0, sinceMs: nowMs };
  table.set(key, fresh);
  return fresh;
}
