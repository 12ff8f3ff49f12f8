import type { Guard } from '../../../guard.js';
import type { LimitReport } from '../../../limit-report.js';
import type { EngineLimits } from '../../../port-limits.js';
import type { User } from '../auth/user.js';
import type { SessionConnection } from '../session-connection.js';

/** What one user has published beyond its rate, as time: it must wait until then, milliseconds of the monotonic clock. */
interface Meter {
  paidUntilMs: number;
}

/** A user may publish a burst of this length of its rate at once. */
const burstMs = 100;

/**
 * Keeps users within their publish rate, by messages and by bytes. A connection that published faster is not read from until the average is
 * back within the rate; no message is lost or refused.
 */
export class PublishRate {
  readonly #limits: EngineLimits;
  readonly #report: LimitReport;
  readonly #guard: Guard;
  readonly #meters = new WeakMap<User, Meter>();

  private constructor(limits: EngineLimits, report: LimitReport, guard: Guard) {
    this.#limits = limits;
    this.#report = report;
    this.#guard = guard;
  }

  /** Null when the configuration sets no rate: then publishing pays nothing for it. */
  static of(limits: EngineLimits, report: LimitReport, guard: Guard): PublishRate | null {
    const isUnlimited = limits.publishRatePerUser === 0 && limits.publishBytesPerUser === 0;
    return isUnlimited ? null : new PublishRate(limits, report, guard);
  }

  /** Counts what a read brought, and pauses its connection for as long as the user is ahead of its rate. */
  afterRead(user: User, connection: SessionConnection, messageCount: number, bytes: number): void {
    const nowMs = performance.now();
    const meter = this.#meterOf(user, nowMs);
    meter.paidUntilMs = Math.max(meter.paidUntilMs, nowMs - burstMs) + this.#costMs(messageCount, bytes);
    const waitMs = meter.paidUntilMs - nowMs;
    if (waitMs < 1) return;
    this.#report.hit('publishRatePerUser', connection.address, () => this.#text(user));
    connection.pause();
    setTimeout(() => this.#guard.run('resuming a publisher', () => connection.resume()), waitMs);
  }

  #meterOf(user: User, nowMs: number): Meter {
    let meter = this.#meters.get(user);
    if (meter === undefined) {
      meter = { paidUntilMs: nowMs - burstMs };
      this.#meters.set(user, meter);
    }
    return meter;
  }

  /** The time that this much takes at the allowed rate. */
  #costMs(messageCount: number, bytes: number): number {
    const { publishRatePerUser, publishBytesPerUser } = this.#limits;
    const byCount = publishRatePerUser === 0 ? 0 : (messageCount * 1_000) / publishRatePerUser;
    const byBytes = publishBytesPerUser === 0 ? 0 : (bytes * 1_000) / publishBytesPerUser;
    return Math.max(byCount, byBytes);
  }

  #text(user: User): string {
    const { publishRatePerUser, publishBytesPerUser } = this.#limits;
    const allowed = [
      ...(publishRatePerUser === 0 ? [] : [`${publishRatePerUser} messages a second`]),
      ...(publishBytesPerUser === 0 ? [] : [`${publishBytesPerUser} bytes a second`]),
    ].join(' and ');
    return `${user.name} publishes more than ${allowed}; its connections wait`;
  }
}
