import type { Guard } from '../../guard.js';
import type { EngineLink } from '../../port.js';
import { disconnectReasons } from '../admin/disconnect-reasons.js';
import type { Alerting } from '../alerts/alerting.js';
import type { Logger } from '../logging/logging.js';
import { nextTurn } from '../next-turn.js';
import type { TopicIds } from '../stats/topic-ids.js';
import type { StoreMirror } from '../store/mirror/store-mirror.js';
import type { OpenedStore } from '../store/opened-store.js';
import type { Notice } from '../store/postgres/notice.js';
import { NoticeListener } from '../store/postgres/notice-listener.js';
import { storeErrorOf } from '../store/postgres/postgres-errors.js';
import type { Store } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import type { PostgresPlace } from '../store/store-place.js';
import type { StoreKeeper } from '../store-keeper.js';
import type { EntitlementFeed } from './entitlement-feed.js';

/** Users, namespaces and grants that have changed at once, past which all rights are sent: that takes fewer reads. */
const singleMaxCount = 100;

/** What acts on changes that other brokers have stored. */
export interface SharedChangesParts {
  readonly place: PostgresPlace;
  /** With the changes that wait. */
  readonly store: Store;
  readonly database: OpenedStore;
  readonly mirror: StoreMirror;
  readonly feed: EntitlementFeed;
  readonly link: EngineLink;
  readonly topicIds: TopicIds;
  readonly alerting: Pick<Alerting, 'load'>;
  readonly guard: Guard;
  readonly log: Logger;
}

type OwnParts = Omit<SharedChangesParts, 'place' | 'store' | 'database' | 'mirror'>;

/** Null for a database that no other broker has. */
export function sharedChanges({ place, store, database, mirror }: StoreKeeper, parts: OwnParts): SharedChanges | null {
  if (place.driver !== 'postgres' || mirror === null) return null;
  return new SharedChanges({ ...parts, place, store, database, mirror });
}

/**
 * Makes changes that another broker has stored act here. PostgreSQL reports them, those of this broker included; what has changed is read
 * again. After the connection was lost everything is read again.
 */
export class SharedChanges {
  readonly #parts: SharedChangesParts;
  readonly #listener: NoticeListener;
  readonly #logOutListeners: (() => Promise<void>)[] = [];
  #waiting: Notice[] = [];
  #isEverythingDue = false;
  #connectionCount = 0;
  #running: Promise<void> | null = null;
  #isStopped = false;

  constructor(parts: SharedChangesParts) {
    this.#parts = parts;
    const { url, broker } = parts.place;
    this.#listener = new NoticeListener(url, `pulsemq ${broker} listener`, {
      onNotice: (notice) => this.#due(notice),
      onListening: () => this.#listening(),
      onLost: (error) => this.#lost(error),
    });
  }

  start(): void {
    this.#listener.start();
  }

  /** Calls back when a log-in was logged out at another broker. */
  onLogOut(listener: () => Promise<void>): void {
    this.#logOutListeners.push(listener);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#listener.stop();
    await this.#running;
  }

  #listening(): void {
    this.#connectionCount += 1;
    if (this.#connectionCount > 1)
      this.#parts.log.info('listening to changes of other brokers again; reading all rights');
    this.#isEverythingDue = true;
    this.#run();
  }

  #lost(error: unknown): void {
    const known = storeErrorOf(error);
    this.#parts.log.warn(`changes of other brokers are not heard: ${(known as Error).message}`);
    this.#parts.database.health.failed(known);
  }

  #due(notice: Notice): void {
    this.#waiting.push(notice);
    this.#run();
  }

  #run(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
    });
  }

  async #work(): Promise<void> {
    // The notices of one commit come one after the other.
    await nextTurn();
    while (!this.#isStopped && (this.#isEverythingDue || this.#waiting.length > 0)) {
      const [isEverything, notices] = [this.#isEverythingDue, this.#waiting];
      this.#isEverythingDue = false;
      this.#waiting = [];
      try {
        await (isEverything ? this.#everything() : this.#some(notices));
      } catch (error) {
        this.#failed(error);
        return;
      }
    }
  }

  /** What was to be read is read again, with everything else, when the store works again. */
  #failed(error: unknown): void {
    if (!(error instanceof StoreError)) {
      this.#parts.guard.caught('taking over changes of other brokers', error);
      return;
    }
    this.#isEverythingDue = true;
    void this.#parts.database.health.writable().then(() => this.#run());
  }

  async #everything(): Promise<void> {
    await this.#parts.feed.pushAll();
    this.#endSessions();
    await this.#loggedOut();
    await this.#parts.alerting.load(this.#parts.store);
    if (this.#connectionCount > 1) await this.#compareTopics();
  }

  /** Forgets topics that were deleted while nothing was heard, and learns the ids of new ones. */
  async #compareTopics(): Promise<void> {
    const { store, topicIds, feed } = this.#parts;
    const known = topicIds.all();
    const rows = await store.topics.all();
    const ids = new Set(rows.map(({ id }) => id));
    topicIds.added(rows);
    for (const { id, namespaceId, name } of known) if (!ids.has(id)) feed.topicRemoved(namespaceId, name);
  }

  async #some(notices: readonly Notice[]): Promise<void> {
    const different = [...new Map(notices.map((notice) => [JSON.stringify(notice), notice])).values()];
    const rights = different.filter(({ kind }) => kind === 'user' || kind === 'namespace' || kind === 'grant');
    const hasKeys = different.some(({ kind }) => kind === 'userKeys');
    if (hasKeys || rights.length > singleMaxCount) await this.#parts.feed.pushAll();
    else for (const notice of rights) await this.#right(notice);
    this.#endSessions();
    this.#topicsRemoved(different);
    if (different.some(({ kind }) => kind === 'logout')) await this.#loggedOut();
    if (different.some(({ kind }) => kind === 'alerts')) await this.#parts.alerting.load(this.#parts.store);
  }

  async #right(notice: Notice): Promise<void> {
    const { feed } = this.#parts;
    for (;;) {
      const { changeCount } = feed;
      const send = await this.#read(notice);
      // What was read before a change at this broker must not reach the engine after it.
      if (changeCount === feed.changeCount) return send();
    }
  }

  /** Reads what has changed; the result sends it to the engine. */
  async #read(notice: Notice): Promise<() => void> {
    const { store, feed } = this.#parts;
    if (notice.kind === 'user') {
      const user = await store.users.byId(notice.userId);
      return () => (user === undefined ? feed.userRemoved(notice.userId) : feed.userChanged(user));
    }
    if (notice.kind === 'namespace') {
      const namespace = await store.namespaces.byId(notice.namespaceId);
      return () =>
        namespace === undefined ? feed.namespaceRemoved(notice.namespaceId) : feed.namespaceChanged(namespace);
    }
    if (notice.kind !== 'grant') return () => {};
    const { userId, namespaceId } = notice;
    const grants = await store.grants.ofUser(userId);
    const role = grants.find((grant) => grant.namespaceId === namespaceId)?.role ?? null;
    return () => feed.grantChanged(userId, namespaceId, role);
  }

  /** Ends the sessions of users whose token or type another broker has changed, after the engine has the new one. */
  #endSessions(): void {
    const { mirror, link } = this.#parts;
    for (const userId of mirror.takeEnded()) {
      link.send({ kind: 'kickUser', userId, reason: disconnectReasons.changedElsewhere });
    }
  }

  #topicsRemoved(notices: readonly Notice[]): void {
    const { topicIds, feed } = this.#parts;
    const ids = new Map<number, Set<number>>();
    for (const notice of notices) {
      if (notice.kind !== 'topic') continue;
      const ofNamespace = ids.get(notice.namespaceId) ?? new Set();
      ids.set(notice.namespaceId, ofNamespace.add(notice.topicId));
    }
    for (const [namespaceId, removed] of ids) {
      for (const name of topicIds.namesOf(namespaceId, removed)) feed.topicRemoved(namespaceId, name);
    }
  }

  async #loggedOut(): Promise<void> {
    for (const listener of this.#logOutListeners) await listener();
  }
}
