import {
  checkNamespace,
  checkTopic,
  HeaderOffset,
  namespaceOrDefault,
  PubFlag,
  RoleLevel,
  WireError,
} from '@pulsemq/protocol';
import { levelIn } from '../auth/level-in.js';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { RequestSpan } from '../wire/message-locator.js';
import { malformed, type Refusal } from '../wire/refusal.js';
import { shownText, strictText } from '../wire/wire-text.js';
import { isLimitReached, type LimitReached, openRoute } from './open-route.js';
import type { PublishEntry } from './publish-entry.js';

/** Entries that the publish table of one user may have. Past it the table starts again, so that invented names cost no memory. */
const maxEntryCount = 200_000;

/**
 * Admits the first publish of a user to a topic since its rights last changed, or says why it is refused. Checks names, the username and the
 * right, registers what is new, and leaves an entry that later publishes find by their bytes.
 */
export function admitPublish(core: EngineCore, session: Session, message: RequestSpan): PublishEntry | Refusal {
  const { buf } = message;
  const { user } = session;
  const silent = (buf[message.start + 2 + HeaderOffset.flags]! & PubFlag.noReply) !== 0;
  const namespaceText = strictText(buf, message.namespaceAt + 2, message.topicAt);
  const topic = strictText(buf, message.topicAt + 2, message.usernameAt);
  const username = strictText(buf, message.usernameAt + 2, message.payloadAt);
  if (namespaceText === undefined || topic === undefined || username === undefined) {
    return malformed('namespace, topic or username is not UTF-8', silent);
  }
  const name = namespaceOrDefault(namespaceText);
  const reason = checkNamespace(name) ?? checkTopic(topic, core.config.topicLevelCount);
  if (reason !== undefined) return { code: WireError.badName, text: reason, silent };
  if (username !== '' && username !== user.name) return refuseUsername(core, session, username, silent);
  if (levelIn(user, core.namespaces, name) < RoleLevel.pub) return refuseRight(core, session, name, silent);
  const route = openRoute(core, user.id, name, topic);
  if (isLimitReached(route)) return refuseLimit(core, session, route, silent);
  const entry = { route, needsRewrite: namespaceText === '' || username === '' };
  if (user.publishes.size >= maxEntryCount) user.publishes.clear();
  user.publishes.add(buf, message.namespaceAt, message.payloadAt, entry);
  return entry;
}

function refuseUsername(core: EngineCore, { user }: Session, username: string, silent: boolean): Refusal {
  core.counters.permissionDeniedCount++;
  const text = `permission denied: this session is ${shownText(user.name)}, not ${shownText(username)}`;
  return { code: WireError.permissionDenied, text, silent };
}

function refuseRight(core: EngineCore, { user, connection }: Session, name: string, silent: boolean): Refusal {
  core.counters.permissionDeniedCount++;
  const text = `permission denied: ${shownText(user.name)} may not publish to namespace ${shownText(name)}`;
  core.incident('permissionDenied', connection.address, text);
  return { code: WireError.permissionDenied, text, silent };
}

function refuseLimit(
  core: EngineCore,
  { user, connection }: Session,
  { limit, text }: LimitReached,
  silent: boolean,
): Refusal {
  core.limitReport.hit(limit, connection.address, () => `${text}; ${user.name} wanted one more`);
  return { code: WireError.limitReached, text, silent };
}
