import type { AuditWriter } from '../../audit/audit-writer.js';
import type { Logger } from '../../logging/logging.js';

const minuteMs = 60_000;
/** Refused attempts of one minute that leave an audit row each. More are a flood: one row and one log line have their counts. */
const rowMaxCount = 10;
/** Names and addresses that have rows of their own in one minute. */
const distinctMaxCount = 10_000;
/** Names and addresses that the row of a flood lists. */
const listedCount = 5;
const nameMaxLength = 64;

/** Refused attempts to log in: the first of each minute leave a row each, the rest one row for all. */
export class LogInFlood {
  readonly #audit: Pick<AuditWriter, 'add'>;
  readonly #log: Logger;
  readonly #steadyMs: () => number;
  #startedMs: number;
  #count = 0;
  /** Of the attempts without a row: how many were not checked, and counts by account and by address. */
  #uncheckedCount = 0;
  readonly #accounts = new Map<string, number>();
  readonly #addresses = new Map<string, number>();

  constructor(audit: Pick<AuditWriter, 'add'>, log: Logger, steadyMs: () => number = () => performance.now()) {
    this.#audit = audit;
    this.#log = log;
    this.#steadyMs = steadyMs;
    this.#startedMs = steadyMs();
  }

  /** Counts a refused attempt. True when it leaves an audit row of its own. */
  refused(account: string, address: string, isChecked: boolean): boolean {
    this.#count++;
    if (this.#count <= rowMaxCount) return true;
    if (!isChecked) this.#uncheckedCount++;
    count(this.#accounts, account.slice(0, nameMaxLength));
    count(this.#addresses, address);
    return false;
  }

  /** Writes down the flood of the last minute. Call once a second. */
  async sweep(): Promise<void> {
    if (this.#steadyMs() - this.#startedMs < minuteMs) return;
    this.#startedMs = this.#steadyMs();
    await this.finish();
  }

  /** Writes down what was counted so far. */
  async finish(): Promise<void> {
    const moreCount = this.#count - rowMaxCount;
    this.#count = 0;
    if (moreCount <= 0) return;
    const summary = {
      refused_count: moreCount,
      unchecked_count: this.#uncheckedCount,
      account_count: this.#accounts.size,
      address_count: this.#addresses.size,
      accounts: most(this.#accounts),
      addresses: most(this.#addresses),
    };
    this.#uncheckedCount = 0;
    this.#accounts.clear();
    this.#addresses.clear();
    this.#log.warn(`${moreCount} more log-ins were refused in the last minute: ${JSON.stringify(summary)}`);
    await this.#audit.add({
      opType: 'login',
      targetType: 'user',
      operator: '*',
      target: '*',
      namespace: null,
      oldValue: null,
      address: summary.addresses[0] ?? '',
      newValue: JSON.stringify(summary),
      result: 'FLOOD',
      requestId: '',
    });
  }
}

function count(counts: Map<string, number>, key: string): void {
  if (!counts.has(key) && counts.size >= distinctMaxCount) return;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const most = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts]
    .sort(([, left], [, right]) => right - left)
    .slice(0, listedCount)
    .map(([key]) => key);
