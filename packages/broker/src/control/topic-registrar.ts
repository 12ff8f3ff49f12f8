import { brokerUsername } from '@pulsemq/protocol';
import type { Guard } from '../guard.js';
import type { EngineEvent } from '../port.js';
import { brokerUserId } from '../port-bars.js';
import type { EntitlementFeed } from './entitlements/entitlement-feed.js';
import type { ControlLimits } from './faults/control-limits.js';
import type { Logger } from './logging/logging.js';
import { nextTurn } from './next-turn.js';
import type { TopicIds } from './stats/topic-ids.js';
import type { NamespaceRow, TopicRow } from './store/rows.js';
import type { Store } from './store/store.js';
import { StoreError } from './store/store-error.js';
import type { StoreHealth } from './store/store-health.js';
import { within } from './within.js';

type TopicSeen = Extract<EngineEvent, { kind: 'topicSeen' }>;

/** Topics of one transaction. A flood of new names takes few transactions. */
const batchCount = 5_000;
/** Topics that wait while the store cannot be written. More are registered only after the next start of the broker and a publish. */
const waitingMaxCount = 200_000;
/** How long the end of the broker waits for registrations. */
const stopWaitMs = 500;

/** What the registrar needs of the control plane. */
export interface TopicRegistrarParts {
  readonly store: Store;
  readonly health: StoreHealth;
  readonly feed: EntitlementFeed;
  readonly topicIds: TopicIds;
  readonly guard: Guard;
  readonly limits: ControlLimits;
  readonly log: Logger;
}

/**
 * Stores topics, and namespaces, that were published to for the first time. Messages do not wait for that: a registration may lag an
 * acknowledgement by at most a second while the store can be written. While it cannot, registrations wait in memory. A batch starts when
 * the one before is stored.
 */
export class TopicRegistrar {
  readonly #parts: TopicRegistrarParts;
  #waiting: TopicSeen[] = [];
  #running: Promise<void> | null = null;
  #isStopped = false;

  constructor(parts: TopicRegistrarParts) {
    this.#parts = parts;
  }

  /** Topics that are not stored yet. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  seen(event: TopicSeen): void {
    if (this.#waiting.length >= waitingMaxCount) {
      const text = `${waitingMaxCount} topics wait to be registered; ${event.namespace}:${event.topic} and others are not`;
      this.#parts.limits.hit('waitingTopics', '', () => text);
      return;
    }
    this.#waiting.push(event);
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Resolves when everything seen so far is stored, or waits for a store that cannot be written. */
  async settled(): Promise<void> {
    if (this.#parts.health.problem === null) await this.#running;
  }

  /** Stores what waits, as far as that is possible soon. */
  async stop(): Promise<void> {
    await within(stopWaitMs, this.#running ?? undefined);
    this.#isStopped = true;
    const { log } = this.#parts;
    if (this.#waiting.length > 0)
      log.error(`${this.#waiting.length} topics were published to and could not be registered`);
  }

  async #run(): Promise<void> {
    // Waits a turn, so that all topics of one read are one batch.
    await nextTurn();
    while (this.#waiting.length > 0 && !this.#isStopped) {
      const batch = this.#waiting.slice(0, batchCount);
      if (await this.#isDone(batch)) this.#waiting.splice(0, batch.length);
      else await this.#parts.health.writable();
    }
  }

  /** False when the store cannot be written, and the batch must wait. */
  async #isDone(batch: readonly TopicSeen[]): Promise<boolean> {
    try {
      await this.#register(batch);
    } catch (error) {
      if (error instanceof StoreError) return false;
      this.#parts.guard.caught(`registering ${batch.length} topics`, error);
    }
    return true;
  }

  async #register(batch: readonly TopicSeen[]): Promise<void> {
    const { store, feed, topicIds } = this.#parts;
    const { namespaces, topics } = await store.transaction((inner) => addNew(inner, batch));
    for (const namespace of namespaces) feed.namespaceChanged(namespace);
    topicIds.added(topics);
  }
}

/**
 * Adds what the store does not have. Returns the new namespaces, and all topics: another broker may have stored some of them. Needs a
 * transaction: nothing may be added or removed in between.
 */
async function addNew(
  store: Store,
  batch: readonly TopicSeen[],
): Promise<{ namespaces: NamespaceRow[]; topics: TopicRow[] }> {
  const usernames = new Map((await store.users.all()).map(({ id, username }) => [id, username]));
  usernames.set(brokerUserId, brokerUsername);
  const ids = new Map((await store.namespaces.all()).map(({ id, name }) => [name, id]));
  const creator = ({ userId }: TopicSeen): string => usernames.get(userId) ?? `user_${userId}`;
  const namespaces: NamespaceRow[] = [];
  for (const event of batch) {
    if (ids.has(event.namespace)) continue;
    const row = await store.namespaces.add({ name: event.namespace, description: '', createdBy: creator(event) });
    ids.set(row.name, row.id);
    namespaces.push(row);
  }
  const added = await store.topics.addAll(
    batch.map((event) => ({
      namespaceId: ids.get(event.namespace)!,
      name: event.topic,
      createdBy: creator(event),
    })),
  );
  if (added.length === batch.length) return { namespaces, topics: added };
  const others = await storedBefore(store, batch, added, ids);
  return { namespaces, topics: [...added, ...others] };
}

/** Topics of the batch that were stored already. */
async function storedBefore(
  store: Store,
  batch: readonly TopicSeen[],
  added: readonly TopicRow[],
  ids: ReadonlyMap<string, number>,
): Promise<TopicRow[]> {
  const isAdded = new Set(added.map(({ namespaceId, name }) => `${namespaceId} ${name}`));
  const names = new Map<number, string[]>();
  for (const { namespace, topic } of batch) {
    const id = ids.get(namespace)!;
    if (!isAdded.has(`${id} ${topic}`)) listAt(names, id).push(topic);
  }
  const found: TopicRow[] = [];
  for (const [namespaceId, ofNamespace] of names) found.push(...(await store.topics.byNames(namespaceId, ofNamespace)));
  return found;
}

function listAt(lists: Map<number, string[]>, key: number): string[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
