import type { EngineCore } from '../core.js';
import { shownText } from '../wire/wire-text.js';
import { connectionLimitReached } from './connection-limit.js';
import type { User } from './user.js';

/**
 * PLAIN log-ins of one address count together: each needs a connection of its own, and those of an address with many failures are delayed before
 * their names are known.
 */
const plainName = '';

/** How long the handshake of a connection from this address is delayed now. */
export const plainDelayMs = ({ plainThrottle, clock }: EngineCore, address: string): number =>
  plainThrottle.delayMs(address, plainName, clock.steadyMs);

/** The PLAIN log-in of one connection on the subscriber port: checked at HELLO, and again when the handshake ends. */
export class PlainLogin {
  readonly #core: EngineCore;
  readonly #address: string;
  #user: User | null = null;
  /** The token that HELLO was checked against. */
  #tokenHash: Buffer | null = null;

  constructor(core: EngineCore, address: string) {
    this.#core = core;
    this.#address = address;
  }

  /** Checks the credentials of HELLO. */
  hello(name: string, token: string): boolean {
    const { users, plainThrottle, clock, counters } = this.#core;
    const user = users.verify(name, token);
    if (user === undefined) {
      counters.authFailedCount++;
      plainThrottle.failed(this.#address, plainName, clock.steadyMs);
      this.#core.incident('authFailed', this.#address, `PLAIN log-in of ${shownText(name)} refused`);
      return false;
    }
    if (connectionLimitReached(this.#core, user, this.#address) !== undefined) return false;
    plainThrottle.succeeded(this.#address, plainName);
    this.#user = user;
    this.#tokenHash = user.tokenHash;
    return true;
  }

  /** The user, once the handshake has ended; or why the connection is closed: the user or the token has changed meanwhile. */
  finish(): User | string | null {
    const user = this.#user;
    if (user === null) return null;
    if (!user.isActive || user.tokenHash === null || this.#tokenHash?.equals(user.tokenHash) !== true) {
      this.#core.counters.authFailedCount++;
      return 'the token has changed during the handshake';
    }
    const text = connectionLimitReached(this.#core, user, this.#address);
    if (text === undefined) this.#core.counters.authOkCount++;
    return text ?? user;
  }
}
