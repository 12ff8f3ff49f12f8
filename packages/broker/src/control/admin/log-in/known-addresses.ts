import { addressKey } from '../../../address-key.js';
import type { Store } from '../../store/store.js';

const dayMs = 86_400_000;
/** Pairs of account and address that are remembered. The oldest are forgotten first. */
const pairMaxCount = 10_000;
/** Audit rows that are read at the start. */
const readRowCount = 5_000;

/** Addresses from which an account has logged in within the last day. A flood of wrong passwords from elsewhere does not hold them up. */
export class KnownAddresses {
  /** Unix milliseconds of the last log-in, oldest first. */
  readonly #seenMs = new Map<string, number>();

  /** Learns the log-ins of the last day from the audit log. */
  async load({ audit }: Store): Promise<void> {
    const from = new Date(Date.now() - dayMs).toISOString();
    const page = { limit: readRowCount, offset: 0 };
    const { rows } = await audit.list({ opType: 'login', result: 'ok', from }, page);
    // The newest row comes first.
    for (const { target, address, createdAt } of [...rows].reverse()) {
      this.#remember(pairOf(target, address), Date.parse(createdAt));
    }
  }

  has(account: string, address: string): boolean {
    const seenMs = this.#seenMs.get(pairOf(account, address));
    return seenMs !== undefined && Date.now() - seenMs < dayMs;
  }

  add(account: string, address: string): void {
    this.#remember(pairOf(account, address), Date.now());
  }

  #remember(pair: string, seenMs: number): void {
    this.#seenMs.delete(pair);
    this.#seenMs.set(pair, seenMs);
    if (this.#seenMs.size > pairMaxCount) this.#seenMs.delete(this.#seenMs.keys().next().value!);
  }
}

const pairOf = (account: string, address: string): string => `${addressKey(address)} ${account}`;
