import type { SlowPolicy, TopicStatus } from '@pulsemq/client';
import type { BrokerClient } from './broker-client.js';
import { type Feed, type FeedState, type OpenFeed, openingState } from './feed.js';
import { givenOptions, useFeed } from './use-feed.js';

/** Options of `useStatus`. */
export interface StatusOptions {
  /**
   * How the broker delivers the messages of the topics, which come with their statuses. Default `conflate`. With the options of another hook
   * for the same pattern, the two share what the broker sends.
   */
  readonly onSlow?: SlowPolicy;
  /** Updates a second for each topic, 0.01 to 1000. Default: no limit; in a browser 10 with `conflate`. */
  readonly maxRate?: number;
}

/** The statuses of the topics of a pattern. */
export interface TopicStatuses {
  /**
   * Statuses by topic. The broker sends none for a topic that has a publisher and no rule, so the map lacks it. After a lost connection
   * the map is empty until the broker sends the statuses again.
   */
  readonly statuses: ReadonlyMap<string, TopicStatus>;
}

/** What `useStatus` returns. */
export type StatusResult = TopicStatuses & FeedState;

const opening: StatusResult = { statuses: new Map(), ...openingState };

/** The statuses of the topics of a pattern: live, stale or unreachable, and whether the publisher is gone. Deleted topics are left out. */
export function useStatus(namespace: string, pattern: string, options: StatusOptions = {}): StatusResult {
  const { onSlow = 'conflate', maxRate } = options;
  const key = JSON.stringify(['useStatus', namespace, pattern, onSlow, maxRate]);
  const settings = givenOptions({ onSlow, maxRate });
  return useFeed({ key, opening, makeFeed: () => new StatusFeed(namespace, pattern, settings) });
}

class StatusFeed implements Feed<TopicStatuses> {
  readonly #namespace: string;
  readonly #pattern: string;
  readonly #settings: StatusOptions;
  readonly #statuses = new Map<string, TopicStatus>();

  constructor(namespace: string, pattern: string, settings: StatusOptions) {
    this.#namespace = namespace;
    this.#pattern = pattern;
    this.#settings = settings;
  }

  open(client: BrokerClient, changed: () => void, signal: AbortSignal): Promise<OpenFeed> {
    return client.subscribe(this.#namespace, this.#pattern, {
      ...this.#settings,
      // Without it they would wait to be iterated.
      onMessage: () => {},
      onStatus: (status) => {
        if (this.#take(status)) changed();
      },
      signal,
    });
  }

  read(): TopicStatuses {
    return { statuses: new Map(this.#statuses) };
  }

  onDisconnected(): boolean {
    const hadSome = this.#statuses.size > 0;
    this.#statuses.clear();
    return hadSome;
  }

  /** Returns whether something has changed: subscriptions to overlapping patterns bring the same status again. */
  #take(status: TopicStatus): boolean {
    if (status.state === 'deleted') return this.#statuses.delete(status.topic);
    const known = this.#statuses.get(status.topic);
    if (known !== undefined && isSame(known, status)) return false;
    this.#statuses.set(status.topic, status);
    return true;
  }
}

const isSame = (one: TopicStatus, other: TopicStatus): boolean =>
  one.state === other.state &&
  one.publisher === other.publisher &&
  one.since === other.since &&
  one.reason === other.reason &&
  one.maxAgeMs === other.maxAgeMs;
