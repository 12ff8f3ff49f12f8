import { checkNamespace, checkTopic, namespaceOrDefault, RoleLevel, WireError } from '@pulsemq/protocol';
import type { Namespace } from '../../route/namespace.js';
import type { Route } from '../../route/route.js';
import type { PublishEntry } from '../auth/user-table.js';
import type { EngineCore } from '../core.js';
import type { Session } from '../session.js';
import type { RequestSpan } from '../wire/message-locator.js';
import type { Refusal } from '../wire/request-reader.js';
import { shownText, strictText } from '../wire/wire-text.js';

/** Entries one user's publish table may have; past it the table starts again rather than grow with invented names. */
const maxEntryCount = 200_000;

/** Words on the way out of `admit`. */
type Admission = PublishEntry | Refusal;

/** True for the way out that is an answer to the sender. */
export const isRefusal = (admission: Admission): admission is Refusal => 'code' in admission;

/**
 * The cold half of a publish: the first one of a user to a topic since its rights last changed. Checks names, the username and
 * the right, registers what is new, and leaves an entry that the hot half finds by its bytes.
 */
export class PublishGate {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  admit(session: Session, buf: Buffer, span: RequestSpan, silent: boolean): Admission {
    const namespaceText = strictText(buf, span.namespaceAt + 2, span.topicAt);
    const topic = strictText(buf, span.topicAt + 2, span.usernameAt);
    const username = strictText(buf, span.usernameAt + 2, span.payloadAt);
    if (namespaceText === undefined || topic === undefined || username === undefined) {
      return {
        code: WireError.malformed,
        text: 'malformed message: namespace, topic or username is not UTF-8',
        silent,
      };
    }
    const name = namespaceOrDefault(namespaceText);
    const reason = checkNamespace(name) ?? checkTopic(topic);
    if (reason !== undefined) return { code: WireError.badName, text: reason, silent };
    if (username !== '' && username !== session.user.name) return this.#refuseUsername(session, username, silent);
    if (this.#levelIn(session, name) < RoleLevel.pub) return this.#refuseRight(session, name, silent);
    const route = this.routeOf(session.user.id, this.#core.namespaces.ofOrNew(name), topic);
    if (route === undefined) return this.#refuseTopicCount(name, silent);
    const entry = { route, needsRewrite: namespaceText === '' || username === '' };
    const table = session.user.publishes;
    if (table.size >= maxEntryCount) table.clear();
    table.add(buf, span.namespaceAt, span.payloadAt, entry);
    return entry;
  }

  /** A namespace that does not exist yet may be made by those who need no grant. */
  #levelIn(session: Session, name: string): number {
    const namespace = this.#core.namespaces.of(name);
    if (namespace !== undefined) return session.user.levelIn(namespace);
    return session.user.hasAllRights ? RoleLevel.admin : RoleLevel.none;
  }

  /** The route of a topic, new if need be; undefined when the namespace is full. */
  routeOf(userId: number, namespace: Namespace, topic: string): Route | undefined {
    const route = namespace.route(topic);
    if (route !== undefined) return route;
    const { config, epochs } = this.#core;
    const isNew = !namespace.topics.has(topic);
    if (isNew && namespace.topics.size >= config.maxTopicsPerNamespace) return undefined;
    if (isNew || namespace.id === 0) {
      this.#core.emit({ kind: 'topicSeen', namespace: namespace.name, topic, userId });
    }
    const added = namespace.addRoute(epochs.nextRouteId(), topic, epochs.of(namespace.name, topic));
    this.#core.emit({ kind: 'routeOpened', route: added.id, namespace: namespace.name, topic, epoch: added.epoch });
    return added;
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
    const text = `namespace ${shownText(name)} has ${this.#core.config.maxTopicsPerNamespace} topics, the limit`;
    return { code: WireError.limitReached, text, silent };
  }
}
