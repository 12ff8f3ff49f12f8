import type { ReceivedMessage, SlowPolicy } from '@pulsemq/client';
import type { BrokerClient } from './broker-client.js';
import { type Feed, type FeedState, type OpenFeed, openingState } from './feed.js';
import { givenOptions, useFeed } from './use-feed.js';

/** Options of `useMessages`. */
export interface MessagesOptions {
  /** Messages that are kept: 1 to 100,000. Default 100. */
  readonly limit?: number;
  /** The last value of every matching topic comes first. Default false. */
  readonly snapshot?: boolean;
  /** What the broker does when this client is slow. Default `dropOldest`. */
  readonly onSlow?: SlowPolicy;
  /** Updates a second for each topic, 0.01 to 1000. Default: no limit. */
  readonly maxRate?: number;
}

/** The newest messages of a pattern. */
export interface NewestMessages {
  /** The newest `limit` messages, the oldest of them first. */
  readonly messages: readonly ReceivedMessage[];
}

/** What `useMessages` returns. */
export type MessagesResult = NewestMessages & FeedState;

const opening: MessagesResult = { messages: [], ...openingState };
const mostMessages = 100_000;

/**
 * The newest messages of a pattern, in the order in which the broker received them: for a tape of trades or a log. It begins to collect
 * when the first component asks for it. `onSlow: 'conflate'`, `maxRate` and `snapshot` need a namespace that keeps last values.
 */
export function useMessages(namespace: string, pattern: string, options: MessagesOptions = {}): MessagesResult {
  const { limit = 100, snapshot, onSlow = 'dropOldest', maxRate } = options;
  const key = JSON.stringify(['useMessages', namespace, pattern, limit, snapshot, onSlow, maxRate]);
  const settings = givenOptions({ snapshot, onSlow, maxRate });
  return useFeed({ key, opening, makeFeed: () => new MessagesFeed(namespace, pattern, limit, settings) });
}

class MessagesFeed implements Feed<NewestMessages> {
  readonly #namespace: string;
  readonly #pattern: string;
  readonly #limit: number;
  readonly #settings: Omit<MessagesOptions, 'limit'>;
  #messages: readonly ReceivedMessage[] = [];
  #added: ReceivedMessage[] = [];

  constructor(namespace: string, pattern: string, limit: number, settings: Omit<MessagesOptions, 'limit'>) {
    this.#namespace = namespace;
    this.#pattern = pattern;
    this.#limit = limit;
    this.#settings = settings;
  }

  async open(client: BrokerClient, changed: () => void, signal: AbortSignal): Promise<OpenFeed> {
    const limit = this.#limit;
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= mostMessages)) {
      throw new RangeError(`limit is ${limit}: give a whole number of messages from 1 to ${mostMessages}`);
    }
    return client.subscribe(this.#namespace, this.#pattern, {
      ...this.#settings,
      onMessage: (message) => {
        this.#add(message);
        changed();
      },
      signal,
    });
  }

  read(): NewestMessages {
    if (this.#added.length > 0) {
      this.#messages = [...this.#messages, ...this.#added].slice(-this.#limit);
      this.#added = [];
    }
    return { messages: this.#messages };
  }

  /** A hidden tab has few frames: what arrives between two must not grow without end. */
  #add(message: ReceivedMessage): void {
    this.#added.push(message);
    if (this.#added.length >= 2 * this.#limit) this.#added = this.#added.slice(-this.#limit);
  }
}
