import { addressKey } from '../../address-key.js';
import type { LimitReport } from '../../limit-report.js';
import type { EngineLimits, LimitName } from '../../port-limits.js';

/** A connection, as admission sees it. */
export interface Admitted {
  readonly address: string;
  /** A user or a session accounts for it now. */
  readonly isClaimed: boolean;
  close(reason: string): void;
}

/**
 * Decides which connections may be open. Every connection is pending until a user accounts for it; when there are too many pending ones, the
 * oldest gives way, so a flood of connections without a log-in does not keep others from logging in.
 */
export class Admission {
  readonly #limits: EngineLimits;
  readonly #report: LimitReport;
  readonly #countByAddress = new Map<string, number>();
  /** Oldest first, by address key. */
  readonly #pendingByAddress = new Map<string, Set<Admitted>>();
  #count = 0;
  #pendingCount = 0;

  constructor(limits: EngineLimits, report: LimitReport) {
    this.#limits = limits;
    this.#report = report;
  }

  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** Says whether a connection from this address may be opened; a pending one may have to give way. */
  mayOpen(address: string): boolean {
    const { connectionCount, connectionsPerAddress, pendingPerAddress, pendingCount } = this.#limits;
    const key = addressKey(address);
    if ((this.#countByAddress.get(key) ?? 0) >= connectionsPerAddress) {
      return this.#refuse('connectionsPerAddress', address, `${connectionsPerAddress} connections of one address`);
    }
    if ((this.#pendingByAddress.get(key)?.size ?? 0) >= pendingPerAddress) {
      this.#evict('pendingPerAddress', key, `${pendingPerAddress} connections of one address without a log-in`);
    }
    if (this.#pendingCount >= pendingCount) {
      this.#evict('pendingConnections', this.#fullestKey(), `${pendingCount} connections without a log-in`);
    }
    if (this.#count < connectionCount) return true;
    const what = `${connectionCount} connections`;
    if (this.#pendingCount > 0 && this.#evict('connections', this.#fullestKey(), what)) return true;
    return this.#refuse('connections', address, what);
  }

  opened(connection: Admitted): void {
    const key = addressKey(connection.address);
    this.#count++;
    this.#countByAddress.set(key, (this.#countByAddress.get(key) ?? 0) + 1);
    const pending = this.#pendingByAddress.get(key);
    if (pending === undefined) this.#pendingByAddress.set(key, new Set([connection]));
    else pending.add(connection);
    this.#pendingCount++;
  }

  /** The connection comes from another address than it seemed. `move` gives it that address. False if the address may have no further one. */
  moved(connection: Admitted, to: string, move: () => void): boolean {
    this.closed(connection);
    const mayOpen = this.mayOpen(to);
    if (mayOpen) move();
    this.opened(connection);
    return mayOpen;
  }

  /** A user accounts for this connection from now on. */
  claimed(connection: Admitted): void {
    const key = addressKey(connection.address);
    const pending = this.#pendingByAddress.get(key);
    if (!pending?.delete(connection)) return;
    this.#pendingCount--;
    if (pending.size === 0) this.#pendingByAddress.delete(key);
  }

  closed(connection: Admitted): void {
    this.claimed(connection);
    const key = addressKey(connection.address);
    this.#count--;
    const left = this.#countByAddress.get(key)! - 1;
    if (left === 0) this.#countByAddress.delete(key);
    else this.#countByAddress.set(key, left);
  }

  /** Closes the oldest pending connection of an address. False when sessions account for all of them. */
  #evict(limit: LimitName, key: string, what: string): boolean {
    for (const connection of this.#pendingByAddress.get(key) ?? []) {
      if (connection.isClaimed) {
        this.claimed(connection);
        continue;
      }
      this.#report.hit(
        limit,
        connection.address,
        () => `${what} are open, the limit; the oldest without a log-in is closed`,
      );
      this.claimed(connection);
      connection.close(`closed for a newer connection: ${what} are open, the limit`);
      return true;
    }
    return false;
  }

  #refuse(limit: LimitName, address: string, what: string): false {
    this.#report.hit(limit, address, () => `${what} are open, the limit; a further one is refused`);
    return false;
  }

  /** The address with the most pending connections. */
  #fullestKey(): string {
    let fullest = '';
    let most = 0;
    for (const [key, pending] of this.#pendingByAddress) {
      if (pending.size <= most) continue;
      fullest = key;
      most = pending.size;
    }
    return fullest;
  }
}
