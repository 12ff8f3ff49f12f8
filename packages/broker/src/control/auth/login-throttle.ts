/** Failed log-ins of one account and of one address that are borne within the window. */
const accountLimitCount = 10;
const addressLimitCount = 50;
const windowMs = 5 * 60_000;
/** Attempts of one account that may be under way: they cannot have failed yet, so that they are let through together. */
const underWayLimitCount = 100;
/** Names and addresses remembered; past it the oldest are forgotten, so that a flood cannot fill the memory. */
const memoryLimitCount = 50_000;

interface Attempts {
  failedCount: number;
  underWayCount: number;
  sinceMs: number;
}

/** Slows down guessing: counts failed log-ins by account and by address. Those that succeed cost nothing. */
export class LoginThrottle {
  readonly #accounts = new Map<string, Attempts>();
  readonly #addresses = new Map<string, Attempts>();

  /** Takes one attempt; returns the seconds to wait when there have been too many, else 0. */
  begin(account: string, address: string, nowMs = Date.now()): number {
    const ofAccount = attemptsOf(this.#accounts, account, nowMs);
    const ofAddress = attemptsOf(this.#addresses, address, nowMs);
    const waitMs = Math.max(
      waitingMs(ofAccount, accountLimitCount, nowMs),
      waitingMs(ofAddress, addressLimitCount, nowMs),
    );
    if (waitMs > 0) return Math.ceil(waitMs / 1_000);
    if (ofAccount.underWayCount >= underWayLimitCount) return 1;
    ofAccount.underWayCount++;
    ofAddress.underWayCount++;
    return 0;
  }

  /** The attempt that began is over. */
  end(account: string, address: string, isGood: boolean): void {
    for (const attempts of [this.#accounts.get(account), this.#addresses.get(address)]) {
      if (attempts === undefined) continue;
      attempts.underWayCount--;
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
  const fresh = { failedCount: 0, underWayCount: known?.underWayCount ?? 0, sinceMs: nowMs };
  table.set(key, fresh);
  return fresh;
}
