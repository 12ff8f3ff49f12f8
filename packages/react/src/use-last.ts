import type { ReceivedMessage } from '@pulsemq/client';
import type { BrokerClient } from './broker-client.js';
import { type Feed, type FeedState, type OpenFeed, openingState } from './feed.js';
import { givenOptions, useFeed } from './use-feed.js';

/** Options of `useLast`. */
export interface LastOptions {
  /** Updates a second, 0.01 to 1000. Default: no limit; in a browser 10. Hooks with different rates need connections of their own. */
  readonly maxRate?: number;
}

/** The last value of a topic. */
export interface LastValue {
  /** The newest message; undefined while there is none. */
  readonly message: ReceivedMessage | undefined;
  /** False after a lost connection, until the broker has shown that the message is the newest. */
  readonly confirmed: boolean;
}

/** What `useLast` returns. */
export type LastResult = LastValue & FeedState;

const opening: LastResult = { message: undefined, confirmed: false, ...openingState };

/**
 * The last value of a topic, kept up to date. The state `live` without a message means that the broker has no value. The namespace must
 * keep last values. For many topics `useLiveTable` costs the broker less: it is one subscription.
 */
export function useLast(namespace: string, topic: string, { maxRate }: LastOptions = {}): LastResult {
  const key = JSON.stringify(['useLast', namespace, topic, maxRate]);
  return useFeed({ key, opening, makeFeed: () => new LastFeed(namespace, topic, maxRate) });
}

class LastFeed implements Feed<LastValue> {
  readonly #namespace: string;
  readonly #topic: string;
  readonly #maxRate: number | undefined;
  #message: ReceivedMessage | undefined;
  #confirmed = false;

  constructor(namespace: string, topic: string, maxRate: number | undefined) {
    this.#namespace = namespace;
    this.#topic = topic;
    this.#maxRate = maxRate;
  }

  async open(client: BrokerClient, changed: () => void, signal: AbortSignal): Promise<OpenFeed> {
    if (/[*>]/.test(this.#topic)) {
      throw new Error(`the topic is ${this.#topic}, a pattern: give one topic, or use useLiveTable`);
    }
    const subscription = await client.subscribe(this.#namespace, this.#topic, {
      snapshot: true,
      onSlow: 'conflate',
      onMessage: (message) => {
        this.#message = message;
        this.#confirmed = true;
        changed();
      },
      onSnapshotEnd: () => {
        if (this.#confirmed) return;
        this.#confirmed = true;
        changed();
      },
      ...givenOptions({ maxRate: this.#maxRate }),
      signal,
    });
    await subscription.snapshotEnd;
    return subscription;
  }

  read(): LastValue {
    return { message: this.#message, confirmed: this.#confirmed };
  }

  onDisconnected(): boolean {
    const wasConfirmed = this.#confirmed;
    this.#confirmed = false;
    return wasConfirmed;
  }
}
