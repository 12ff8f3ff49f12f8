import { Feature, WireError } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { SessionConnection } from '../session-connection.js';
import { parseObject } from '../wire/json-object.js';
import { type Refusal, refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';
import { connectionLimitReached } from './connection-limit.js';

/** The text of every failed log-in. What exactly was wrong is told to the operator only. */
const failureText = 'authentication failed: unknown username or wrong token';

/** The outcome of an AUTH: a session, or a refusal that is to be sent after a delay. */
export type Login = { readonly session: Session } | { readonly refusal: Refusal; readonly delayMs: number };

/**
 * Checks an AUTH on a connection that may have a session already. The same user keeps its session and its ticket. Another user gets a new
 * session; the caller ends the old one.
 */
export function authenticate(
  core: EngineCore,
  connection: SessionConnection,
  present: Session | null,
  payload: string | undefined,
): Login {
  const credentials = parseCredentials(payload);
  if (credentials === undefined) {
    return fail(core, connection, '', 'the payload is not a JSON object with username and token');
  }
  const { username, token } = credentials;
  const { authThrottle, users, sessions, counters } = core;
  const user = users.verify(username, token);
  if (user === undefined) return fail(core, connection, username, `log-in of ${shownText(username)} refused`);
  authThrottle.succeeded(connection.address, username);
  if (present?.user !== user) {
    const text = connectionLimitReached(core, user, connection.address);
    if (text !== undefined) return { refusal: refusal(WireError.connectionLimit, text), delayMs: 0 };
  }
  counters.authOkCount++;
  return { session: present?.user === user ? present : sessions.open(connection, user) };
}

/** Body of the ACK to a good AUTH. */
export const authReply = ({ epochs, config }: EngineCore, session: Session): object => ({
  status: 'AUTH_OK',
  user_id: session.user.id,
  ticket: session.ticket,
  session: session.id,
  epoch: epochs.current,
  server: config.server,
  features: Object.values(Feature),
});

function fail(core: EngineCore, { address }: SessionConnection, username: string, why: string): Login {
  core.counters.authFailedCount++;
  core.incident('authFailed', address, why);
  const delayMs = core.authThrottle.failed(address, username, core.clock.steadyMs);
  return { refusal: refusal(WireError.authFailed, failureText), delayMs };
}

function parseCredentials(payload: string | undefined): { username: string; token: string } | undefined {
  const body = parseObject(payload);
  if (body === undefined || typeof body.username !== 'string' || typeof body.token !== 'string') return undefined;
  return { username: body.username, token: body.token };
}
