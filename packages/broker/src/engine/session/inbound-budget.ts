import type { LimitReport } from '../../limit-report.js';
import type { EngineLimits } from '../../port-limits.js';
import type { User } from './auth/user.js';

/** Bytes of messages that have begun to arrive and are not whole, by user and for all. They are reserved before they are allocated. */
export class InboundBudget {
  readonly #limits: EngineLimits;
  readonly #report: LimitReport;
  readonly #byUser = new Map<User, number>();
  #totalBytes = 0;

  constructor(limits: EngineLimits, report: LimitReport) {
    this.#limits = limits;
    this.#report = report;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Reserves bytes for a user, or says why it cannot. */
  reserve(user: User, bytes: number, address: string): string | undefined {
    const { inboundBytesPerUser, inboundBytes } = this.#limits;
    const userBytes = (this.#byUser.get(user) ?? 0) + bytes;
    if (userBytes > inboundBytesPerUser) {
      const text = `${userBytes} bytes of messages that ${user.name} has begun to send exceed ${inboundBytesPerUser}`;
      this.#report.hit('inboundBytesPerUser', address, () => text);
      return text;
    }
    if (this.#totalBytes + bytes > inboundBytes) {
      const text = `${this.#totalBytes + bytes} bytes of messages that have begun to arrive exceed ${inboundBytes}`;
      this.#report.hit('inboundBytes', address, () => text);
      return text;
    }
    this.#byUser.set(user, userBytes);
    this.#totalBytes += bytes;
    return undefined;
  }

  /** Gives bytes back that were reserved. */
  release(user: User, bytes: number): void {
    if (bytes === 0) return;
    this.#totalBytes -= bytes;
    const left = this.#byUser.get(user)! - bytes;
    if (left === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, left);
  }
}
