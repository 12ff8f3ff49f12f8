import { Feature, WireError } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { SessionConnection } from '../session-connection.js';
import type { Refusal } from '../wire/request-reader.js';
import { shownText } from '../wire/wire-text.js';
import type { User } from './user-table.js';

/** The one text of every failed log-in: what was wrong is nobody's business but the operator's. */
const failureText = 'authentication failed: unknown username or wrong token';

/** Opens sessions. */
export class Authenticator {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /**
   * Judges an AUTH on a connection that may have a session already. The same user again keeps its session and its ticket;
   * another user ends the old session, whose place the caller gives to the new one.
   */
  authenticate(connection: SessionConnection, present: Session | null, payload: string | undefined): Session | Refusal {
    const credentials = parseCredentials(payload);
    if (credentials === undefined)
      return this.#fail(connection, '', 'the payload is no JSON object with username and token');
    const { username, token } = credentials;
    const { authThrottle, clock, entitlements, sessions, config } = this.#core;
    if (authThrottle.isBlocked(connection.address, username, clock.nowMs)) {
      this.#core.counters.authFailedCount++;
      return refused(WireError.authFailed, failureText);
    }
    const user = entitlements.verify(username, token);
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
    return refused(WireError.authFailed, failureText);
  }

  #refuseConnection(connection: SessionConnection, user: User): Refusal {
    const text = `connection limit reached: ${shownText(user.name)} has ${this.#core.config.maxConnectionsPerUser} connections`;
    this.#core.incident('connectionLimit', connection.address, text);
    return refused(WireError.connectionLimit, text);
  }
}

const refused = (code: number, text: string): Refusal => ({ code, text, silent: false });

function parseCredentials(payload: string | undefined): { username: string; token: string } | undefined {
  const body = parseObject(payload);
  if (body === undefined || typeof body.username !== 'string' || typeof body.token !== 'string') return undefined;
  return { username: body.username, token: body.token };
}

/** The JSON object in a payload, or undefined when it is none. */
export function parseObject(payload: string | undefined): Record<string, unknown> | undefined {
  if (payload === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(payload);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // JSON.parse has no other way to say no; the caller answers the sender.
    return undefined;
  }
}
