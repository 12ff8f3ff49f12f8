import type { TopicCondition, TopicStatus, TopicStatuses } from '@pulsemq/protocol';

/** A topic and its status. */
export interface NamedStatus {
  readonly namespace: string;
  readonly status: TopicStatuses['topics'][number];
}

/** A status, and the one before it; undefined where that said nothing. */
export interface StatusChange {
  readonly before: TopicStatus | undefined;
  readonly now: TopicStatuses['topics'][number];
}

/** Takes statuses that have changed. */
export type StatusesListener = (namespace: string, changes: readonly StatusChange[]) => void;

/**
 * The statuses of topics that the engine has reported, as far as they say something: the topic has a rule, or its publisher is gone. There are
 * at most as many as there are topics: the engine reports each topic that is deleted.
 */
export class TopicStatusTable {
  readonly #byNamespace = new Map<string, Map<string, NamedStatus>>();
  /** Those that are stale, the longest first: a topic comes to the end when it becomes stale. */
  readonly #stale = new Set<NamedStatus>();

  readonly #listeners = new Set<StatusesListener>();

  /** Calls back with each change. Call the returned function to stop. */
  listen(listener: StatusesListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get staleCount(): number {
    return this.#stale.size;
  }

  /** Takes changed statuses. Returns those of topics that have become stale. */
  update(namespace: string, statuses: TopicStatuses['topics']): NamedStatus[] {
    const ofNamespace = this.#byNamespace.get(namespace) ?? new Map<string, NamedStatus>();
    const newlyStale: NamedStatus[] = [];
    const changes: StatusChange[] = [];
    for (const status of statuses) {
      const before = ofNamespace.get(status.topic);
      const now = { namespace, status };
      changes.push({ before: before?.status, now: status });
      if (before !== undefined) this.#stale.delete(before);
      if (saysSomething(status)) ofNamespace.set(status.topic, now);
      else ofNamespace.delete(status.topic);
      if (status.state !== 'stale') continue;
      this.#stale.add(now);
      if (before?.status.state !== 'stale') newlyStale.push(now);
    }
    if (ofNamespace.size > 0) this.#byNamespace.set(namespace, ofNamespace);
    else this.#byNamespace.delete(namespace);
    for (const listener of this.#listeners) listener(namespace, changes);
    return newlyStale;
  }

  /** Undefined for a topic without a rule whose publisher is there, or that is unknown. */
  of(namespace: string, topic: string): TopicStatus | undefined {
    return this.#byNamespace.get(namespace)?.get(topic)?.status;
  }

  /** All of them, in no particular order. */
  *all(): Generator<NamedStatus> {
    for (const ofNamespace of this.#byNamespace.values()) yield* ofNamespace.values();
  }

  /** Topics that are stale, the longest first. */
  stale(): IterableIterator<NamedStatus> {
    return this.#stale.values();
  }

  /** Topics that are under a rule inside its hours. */
  *watched(): Generator<NamedStatus> {
    for (const one of this.all()) {
      if (one.status.max_age_ms !== null && one.status.reason !== 'outside_hours') yield one;
    }
  }
}

const saysSomething = ({ state, publisher, max_age_ms }: TopicStatus): boolean =>
  state !== 'deleted' && (publisher === 'gone' || max_age_ms !== null);

/** A status as rows of the API show it. Without one: the publisher is there if the topic `hasMessages`. */
export function topicCondition(status: TopicStatus | undefined, hasMessages: boolean): TopicCondition {
  if (status === undefined) {
    const publisher = hasMessages ? 'present' : 'gone';
    return { is_stale: false, state: 'live', publisher, stale_since: null, reason: null };
  }
  const isStale = status.state === 'stale';
  return {
    is_stale: isStale,
    state: isStale ? 'stale' : 'live',
    publisher: status.publisher,
    stale_since: isStale ? timeOfUs(status.since_us) : null,
    reason: status.reason,
  };
}

/** Unix microseconds as ISO 8601. */
export const timeOfUs = (us: number): string => new Date(Math.floor(us / 1_000)).toISOString();
