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
import { openRoute, topicLimitText } from './open-route.js';
import type { PublishEntry } from './publish-entry.js';

/** Entries that the publish table of one user may have. Past it the table starts again, so that invented names cost no memory. */
const maxEntryCount = 200_000;

/**
 * The first publish of a user to a topic since its rights last changed. Checks names, the username and the right, registers what is new,
 * and leaves an entry that later publishes find by their bytes.
 */
export class PublishGate {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /** The entry of a publish, made if need be, or why it is refused. */
  admit(session: Session, message: RequestSpan): PublishEntry | Refusal {
    const { buf } = message;
    const silent = (buf[message.start + 2 + HeaderOffset.flags]! & PubFlag.noReply) !== 0;
    const namespaceText = strictText(buf, message.namespaceAt + 2, message.topicAt);
    const topic = strictText(buf, message.topicAt + 2, message.usernameAt);
    const username = strictText(buf, message.usernameAt + 2, message.payloadAt);
    if (namespaceText === undefined || topic === undefined || username === undefined) {
      return malformed('namespace, topic or username is not UTF-8', silent);
    }
    const name = namespaceOrDefault(namespaceText);
    const reason = checkNamespace(name) ?? checkTopic(topic);
    if (reason !== undefined) return { code: WireError.badName, text: reason, silent };
    if (username !== '' && username !== session.user.name) return this.#refuseUsername(session, username, silent);
    if (levelIn(session.user, this.#core.namespaces, name) < RoleLevel.pub)
      return this.#refuseRight(session, name, silent);
    const route = openRoute(this.#core, session.user.id, this.#core.namespaces.ofOrNew(name), topic);
    if (route === undefined) return this.#refuseTopicCount(name, silent);
    const entry = { route, needsRewrite: namespaceText === '' || username === '' };
    const table = session.user.publishes;
    if (table.size >= maxEntryCount) table.clear();
    table.add(buf, message.namespaceAt, message.payloadAt, entry);
    return entry;
  }

  #refuseUsername(session: Session, username: string, silent: boolean): Refusal {
    this.#core.counters.permissionDeniedCount++;
    const text = `permission denied: this session is ${shownText(session.user.name)}, not ${shownText(username)}`;
    return { code: WireError.permissionDenied, text, silent };
  }

  #refuseRight(session: Session, name: string, silent: boolean): Refusal {
    this.#core.counters.permissionDeniedCount++;
    const text = `permission denied: ${shownText(session.user.name)} may not publish to namespace ${shownText(name)}`;
    this.#core.incident('permissionDenied', session.connection.address, text);
    return { code: WireError.permissionDenied, text, silent };
  }

  #refuseTopicCount(name: string, silent: boolean): Refusal {
    return { code: WireError.limitReached, text: topicLimitText(this.#core, name), silent };
  }
}
