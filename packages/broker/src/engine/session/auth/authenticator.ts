import { Feature, RoleLevel, WireError } from '@pulsemq/protocol';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { SessionConnection } from '../session-connection.js';
import { parseObject } from '../wire/json-object.js';
import { type Refusal, refusal } from '../wire/refusal.js';
import { shownText } from '../wire/wire-text.js';
import { connectionLimitReached } from './connection-limit.js';
import type { User } from './user.js';

/** The text of every failed log-in. Only the operator learns what exactly was wrong. */
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
  const { username, token, clientName } = credentials;
  const { authThrottle, users, sessions, counters } = core;
  // Without a token the key counts that the connection has proved. A wrong token is not made good by a key.
  const user = token === '' ? users.ofKey(connection.provenKey, username) : users.verify(username, token);
  if (user === undefined) return fail(core, connection, username, `log-in of ${shownText(username)} refused`);
  authThrottle.succeeded(connection.address, username);
  if (present?.user !== user) {
    const text = connectionLimitReached(core, user, connection.address);
    if (text !== undefined) return { refusal: refusal(WireError.connectionLimit, text), delayMs: 0 };
  }
  counters.authOkCount++;
  return { session: present?.user === user ? present : sessions.open(connection, user, clientName) };
}

/** Features that are there once a namespace keeps history. */
const ofHistory: readonly string[] = [Feature.history, Feature.replay];

/** Body of the ACK to a good AUTH. */
export function authReply(core: EngineCore, session: Session): object {
  const { epochs, config, journal } = core;
  const hasJournal = journal !== null && journal.feed !== null;
  const history = hasJournal ? readableHistory(core, session.user) : [];
  return {
    status: 'AUTH_OK',
    user_id: session.user.id,
    ticket: session.ticket,
    session: session.id,
    epoch: epochs.current,
    server: config.server,
    features: Object.values(Feature).filter((one) => !ofHistory.includes(one) || hasJournal),
    ...(config.clientServers.length > 0 && { servers: config.clientServers }),
    ...(history.length > 0 && { history }),
  };
}

/** A client asks for what it has missed in these namespaces alone. */
const readableHistory = ({ namespaces }: EngineCore, user: User): string[] =>
  [...namespaces.all()].filter((one) => one.log !== null && user.levelIn(one) >= RoleLevel.sub).map(({ name }) => name);

function fail(core: EngineCore, { address }: SessionConnection, username: string, why: string): Login {
  core.counters.authFailedCount++;
  core.incident('authFailed', address, why);
  const delayMs = core.authThrottle.failed(address, username, core.clock.steadyMs);
  return { refusal: refusal(WireError.authFailed, failureText), delayMs };
}

interface Credentials {
  readonly username: string;
  readonly token: string;
  readonly clientName: string | null;
}

function parseCredentials(payload: string | undefined): Credentials | undefined {
  const body = parseObject(payload);
  const { username, token = '', client } = body ?? {};
  if (typeof username !== 'string' || typeof token !== 'string') return undefined;
  return { username, token, clientName: clientNameOf(client) };
}

/** At most 64 printable characters of ASCII. Anything else is left out: it is shown to operators, and a log-in does not depend on it. */
const clientNameOf = (client: unknown): string | null =>
  typeof client === 'string' && /^[\x20-\x7e]{1,64}$/.test(client) ? client : null;
