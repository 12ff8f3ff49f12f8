import type { BrokerClient } from './broker-client.js';
import type { FeedRequest, FeedState } from './feed.js';
import { SharedFeed } from './shared-feed.js';

/** The open feeds of a client, by the keys of their requests. */
class Feeds {
  readonly #client: BrokerClient;
  readonly #open = new Map<string, unknown>();

  constructor(client: BrokerClient) {
    this.#client = client;
  }

  /** The open feed of a request. A key begins with the name of its hook, so it tells the type of the value. */
  find<Value extends object>({ key }: FeedRequest<Value>): SharedFeed<Value> | undefined {
    return this.#open.get(key) as SharedFeed<Value> | undefined;
  }

  /** The feed of a request, which is opened when it gets a listener. */
  take<Value extends object>(request: FeedRequest<Value>): SharedFeed<Value> {
    const known = this.find(request);
    if (known !== undefined) return known;
    const feed = new SharedFeed(this.#client, request, () => this.#open.delete(request.key));
    this.#open.set(request.key, feed);
    return feed;
  }
}

const feedsOfClients = new WeakMap<BrokerClient, Feeds>();

function feedsOf(client: BrokerClient): Feeds {
  const known = feedsOfClients.get(client);
  if (known !== undefined) return known;
  const feeds = new Feeds(client);
  feedsOfClients.set(client, feeds);
  return feeds;
}

/** A request to a client, as React's `useSyncExternalStore` takes it. */
export interface FeedHandle<Value extends object> {
  subscribe(listener: () => void): () => void;
  result(): Value & FeedState;
}

/** Nothing is opened before `subscribe`: React may render a component that it then throws away. */
export function feedHandle<Value extends object>(client: BrokerClient, request: FeedRequest<Value>): FeedHandle<Value> {
  const feeds = feedsOf(client);
  return {
    subscribe: (listener) => feeds.take(request).listen(listener),
    result: () => feeds.find(request)?.result ?? request.opening,
  };
}
