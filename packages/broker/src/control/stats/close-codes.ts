import type { CloseCode } from '@pulsemq/protocol';

/** The sentences with which the engine and the API close connections, and the code of each. */
const codes: readonly (readonly [RegExp, CloseCode])[] = [
  [/^closed by peer$/, 'peer_closed'],
  [/^no answer to a PING within /, 'ping_timeout'],
  [/^disconnected by an administrator$/, 'by_administrator'],
  [/^token was reset$|^the token has changed during the handshake$/, 'token_reset'],
  [/^users of this type may not publish or subscribe$/, 'no_access'],
  [/^user is not active$/, 'user_inactive'],
  [/^authenticated as another user$/, 'other_user'],
  [/^slow subscriber: /, 'too_slow'],
  [/^has not read its replies for /, 'unread_replies'],
  [/^no session of its address within /, 'no_session'],
  [/^bound to session \d+$/, 'bound'],
  [/^closed for a newer connection: /, 'newer_connection'],
  [/ bytes of messages that .* exceed \d+$/, 'inbound_limit'],
  [/^broker is shutting down$/, 'broker_stopped'],
];

/** The code of a reason. `other` for one that has none, such as an error of the protocol. */
export const closeCodeOf = (reason: string): CloseCode => codes.find(([form]) => form.test(reason))?.[1] ?? 'other';
