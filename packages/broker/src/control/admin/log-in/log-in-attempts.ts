import { setTimeout as delay } from 'node:timers/promises';
import { addressKey } from '../../../address-key.js';
import { AuthThrottle } from '../../../auth-throttle.js';
import type { ControlLimits } from '../../faults/control-limits.js';
import type { LiveEvents } from '../../stats/live-events.js';
import { ApiError } from '../api-error.js';
import type { KnownAddresses } from './known-addresses.js';
import type { LogInFlood } from './log-in-flood.js';
import { LogInLanes } from './log-in-lanes.js';

/** Attempts that wait in the lane of one account at an address it is known from, and in that of any other address. */
const knownWaitingCount = 60;
const strangeWaitingCount = 16;
/** Characters of a tried username that an event shows. */
const nameMaxLength = 64;

/** What the attempts need. */
export interface LogInAttemptsParts {
  readonly known: KnownAddresses;
  readonly flood: LogInFlood;
  readonly events: LiveEvents;
  readonly limits: ControlLimits;
}

/** An attempt to log in with a password. */
export interface LogInAttempt {
  readonly username: string;
  readonly address: string;
}

/**
 * Attempts to log in with a password. The answer to a wrong one is delayed, longer with each failure, and meanwhile it keeps its place in its
 * lane: so guessing is slow, and a right password is checked when its turn comes. An address that the account has logged in from within the
 * last day has a lane of its own, which wrong passwords from elsewhere, or for other accounts, cannot fill.
 */
export class LogInAttempts {
  readonly #parts: LogInAttemptsParts;
  readonly #throttle = new AuthThrottle();
  readonly #lanes = new LogInLanes();

  constructor(parts: LogInAttemptsParts) {
    this.#parts = parts;
  }

  /**
   * Runs an attempt. It failed when `check` throws an ApiError. `onQuiet` is called for a refused attempt that leaves no audit row of its
   * own. Throws 429 when too many of its lane wait.
   */
  async run<Result>(
    attempt: LogInAttempt,
    check: (isKnown: boolean) => Promise<Result>,
    onQuiet: () => void,
  ): Promise<Result> {
    const { username, address } = attempt;
    const isKnown = this.#parts.known.has(username, address);
    const key = isKnown ? `${addressKey(address)} ${username}` : addressKey(address);
    const waitingMaxCount = isKnown ? knownWaitingCount : strangeWaitingCount;
    const done = await this.#lanes.run(key, waitingMaxCount, async () => ({
      result: await this.#checked(attempt, () => check(isKnown), onQuiet),
    }));
    if (done !== undefined) return done.result;
    if (!this.#parts.flood.refused(username, address, false)) onQuiet();
    this.#parts.limits.hit('logInsWaiting', address, () => `${waitingMaxCount} log-ins of one address wait`);
    throw new ApiError(429, 'TOO_MANY_LOGINS', `too many log-ins from ${address} wait; try again`, {
      retryAfterSeconds: 1,
    });
  }

  async #checked<Result>(attempt: LogInAttempt, check: () => Promise<Result>, onQuiet: () => void): Promise<Result> {
    const { username, address } = attempt;
    try {
      const result = await check();
      this.#throttle.succeeded(addressKey(address), username);
      this.#parts.known.add(username, address);
      return result;
    } catch (error) {
      // A full queue of passwords, or a store that cannot be read, does not count as a wrong password.
      if (!(error instanceof ApiError)) throw error;
      if (!this.#parts.flood.refused(username, address, true)) onQuiet();
      this.#addEvent(attempt);
      await delay(this.#throttle.failed(addressKey(address), username, performance.now()));
      throw error;
    }
  }

  #addEvent({ username, address }: LogInAttempt): void {
    const name = username.slice(0, nameMaxLength);
    const text = `admin log-in as ${JSON.stringify(name)} refused`;
    const meaning = { code: 'console_log_in_refused', values: { username: name } } as const;
    this.#parts.events.add({ kind: 'authFailed', address, username: null, connection_id: null, text, ...meaning });
  }
}
