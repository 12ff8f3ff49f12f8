import type { EngineEvent } from '../port.js';
import type { EntitlementFeed } from './entitlements/entitlement-feed.js';
import { nextTurn } from './next-turn.js';
import type { TopicIds } from './stats/topic-ids.js';
import type { NamespaceRow, TopicRow } from './store/rows.js';
import type { Store } from './store/store.js';

type TopicSeen = Extract<EngineEvent, { kind: 'topicSeen' }>;

/** Topics of one transaction. A flood of new names takes few transactions. */
const batchCount = 5_000;

/**
 * Stores topics, and namespaces, that were published to for the first time. Messages do not wait for that. A batch starts when the one
 * before is stored.
 */
export class TopicRegistrar {
  readonly #store: Store;
  readonly #feed: EntitlementFeed;
  readonly #topicIds: TopicIds;
  readonly #onError: (error: unknown) => void;
  #waiting: TopicSeen[] = [];
  #running: Promise<void> | null = null;

  constructor(store: Store, feed: EntitlementFeed, topicIds: TopicIds, onError: (error: unknown) => void) {
    this.#store = store;
    this.#feed = feed;
    this.#topicIds = topicIds;
    this.#onError = onError;
  }

  seen(event: TopicSeen): void {
    this.#waiting.push(event);
    this.#running ??= this.#run();
  }

  /** Resolves when everything seen so far is stored. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Waits a turn, so that all topics of one read are one batch.
    await nextTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchCount);
      try {
        await this.#register(batch);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#running = null;
  }

  async #register(batch: readonly TopicSeen[]): Promise<void> {
    const { namespaces, topics } = await this.#store.transaction((store) => addNew(store, batch));
    this.#topicIds.added(topics);
    for (const namespace of namespaces) this.#feed.namespaceChanged(namespace);
  }
}

/** Adds what the store does not have, and returns it. Needs a transaction: nothing may be added or removed in between. */
async function addNew(
  store: Store,
  batch: readonly TopicSeen[],
): Promise<{ namespaces: NamespaceRow[]; topics: TopicRow[] }> {
  const usernames = new Map((await store.users.all()).map(({ id, username }) => [id, username]));
  const ids = new Map((await store.namespaces.all()).map(({ id, name }) => [name, id]));
  const creator = ({ userId }: TopicSeen): string => usernames.get(userId) ?? `user_${userId}`;
  const namespaces: NamespaceRow[] = [];
  for (const event of batch) {
    if (ids.has(event.namespace)) continue;
    const row = await store.namespaces.add({ name: event.namespace, description: '', createdBy: creator(event) });
    ids.set(row.name, row.id);
    namespaces.push(row);
  }
  const topics = await store.topics.addAll(
    batch.map((event) => ({
      namespaceId: ids.get(event.namespace)!,
      name: event.topic,
      createdBy: creator(event),
    })),
  );
  return { namespaces, topics };
}
