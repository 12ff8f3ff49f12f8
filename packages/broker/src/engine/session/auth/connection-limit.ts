import type { EngineCore } from '../core.js';
import { shownText } from '../wire/wire-text.js';
import type { User } from './user.js';

/**
 * Why a user may not have one more connection, or undefined when it may. Sessions and PLAIN subscribers count; a subscriber that is bound to a
 * session does not.
 */
export function connectionLimitReached(core: EngineCore, user: User, address: string): string | undefined {
  const limit = core.config.maxConnectionsPerUser;
  const count = core.sessions.ofUser(user.id).size + core.subscribers.ofPlainUser(user.id).size;
  if (count < limit) return undefined;
  const text = `connection limit reached: ${shownText(user.name)} has ${limit} connections`;
  core.limitReport.hit('connectionsPerUser', address, () => text);
  return text;
}
