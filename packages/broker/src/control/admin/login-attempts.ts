import { LoginThrottle } from '../auth/login-throttle.js';
import type { LiveEvents } from '../stats/live-events.js';
import { ApiError } from './api-error.js';

/** Maximum number of addresses whose last audit row is remembered. */
const addressMaxCount = 10_000;
/** Characters of a tried username that an event shows. */
const nameMaxLength = 64;

/** Attempts to log in with a password: throttled, and shown to operators when they fail. */
export class LoginAttempts {
  readonly #throttle = new LoginThrottle();
  readonly #events: LiveEvents;
  /** Minute of the last throttled attempt that left an audit row, by address. */
  readonly #auditedMinutes = new Map<string, number>();

  constructor(events: LiveEvents) {
    this.#events = events;
  }

  /** Takes one attempt; returns the seconds to wait when there have been too many, else 0. */
  begin(username: string, address: string): number {
    return this.#throttle.begin(username, address);
  }

  /** Runs an attempt that has begun. It failed when `check` throws an ApiError; a full queue is not a failed attempt. */
  async run<Result>(username: string, address: string, check: () => Promise<Result>): Promise<Result> {
    try {
      const result = await check();
      this.#throttle.end(username, address, true);
      return result;
    } catch (error) {
      const isFailed = error instanceof ApiError;
      this.#throttle.end(username, address, !isFailed);
      if (isFailed) this.#addEvent(username, address);
      throw error;
    }
  }

  /** Throttled attempts leave one audit row a minute for each address, so that a flood cannot fill the log. */
  isFirstThrottledOfMinute(address: string): boolean {
    const minute = Math.floor(Date.now() / 60_000);
    if (this.#auditedMinutes.get(address) === minute) return false;
    if (this.#auditedMinutes.size > addressMaxCount) this.#auditedMinutes.clear();
    this.#auditedMinutes.set(address, minute);
    return true;
  }

  #addEvent(username: string, address: string): void {
    const text = `admin log-in as ${JSON.stringify(username.slice(0, nameMaxLength))} refused`;
    this.#events.add({ kind: 'authFailed', address, username: null, connection_id: null, text });
  }
}
