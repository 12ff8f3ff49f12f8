import { Feature, WireError } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { SessionConnection } from '../session-connection.js';
import { parseObject } from '../wire/json-object.js';
import { type Refusal, refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';
import type { User } from './user.js';

/** The text of every failed log-in. What exactly was wrong is told to the operator only. */
const failureText = 'authentication failed: unknown username or wrong token';

/** Opens sessions. */
export class Authenticator {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /**
   * Checks an AUTH on a connection that may have a session already. The same user keeps its session and its ticket. Another user gets a
   * new session; the caller ends the old one.
   */
  authenticate(connection: SessionConnection, present: Session | null, payload: string | undefined): Session | Refusal {
    const credentials = parseCredentials(payload);
    if (credentials === undefined)
      return this.#fail(connection, '', 'the payload is not a JSON object with username and token');
    const { username, token } = credentials;
    const { authThrottle, clock, users, sessions, config } = this.#core;
    if (authThrottle.isBlocked(connection.address, username, clock.nowMs)) {
      this.#core.counters.authFailedCount++;
      return refusal(WireError.authFailed, failureText);
    }
    const user = users.verify(username, token);
    if (user === undefined) return this.#fail(connection, username, `log-in of ${shownText(username)} refused`);
    if (present?.user === user) {
      this.#core.counters.authOkCount++;
      return present;
    }
    if (sessions.ofUser(user.id).size >= config.maxConnectionsPerUser) return this.#refuseConnection(connection, user);
    this.#core.counters.authOkCount++;
    return sessions.open(connection, user);
  }

  /** Body of the ACK to a good AUTH. */
  reply(session: Session): object {
    return {
      status: 'AUTH_OK',
      user_id: session.user.id,
      ticket: session.ticket,
      session: session.id,
      epoch: this.#core.epochs.current,
      server: this.#core.config.server,
      features: [Feature.ticket, Feature.block, Feature.noReply, Feature.subscriptions],
    };
  }

  #fail(connection: SessionConnection, username: string, why: string): Refusal {
    this.#core.counters.authFailedCount++;
    this.#core.authThrottle.failed(connection.address, username, this.#core.clock.nowMs);
    this.#core.incident('authFailed', connection.address, why);
    return refusal(WireError.authFailed, failureText);
  }

  #refuseConnection(connection: SessionConnection, user: User): Refusal {
    const text = `connection limit reached: ${shownText(user.name)} has ${this.#core.config.maxConnectionsPerUser} connections`;
    this.#core.incident('connectionLimit', connection.address, text);
    return refusal(WireError.connectionLimit, text);
  }
}

function parseCredentials(payload: string | undefined): { username: string; token: string } | undefined {
  const body = parseObject(payload);
  if (body === undefined || typeof body.username !== 'string' || typeof body.token !== 'string') return undefined;
  return { username: body.username, token: body.token };
}
