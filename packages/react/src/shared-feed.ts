import type { BrokerClient } from './broker-client.js';
import type { Feed, FeedRequest, FeedState, OpenFeed } from './feed.js';
import { inNextFrame } from './frame.js';

/** One feed for all components that ask for it: open while there is a listener. Its listeners are called at most once a frame. */
export class SharedFeed<Value extends object> {
  readonly #client: BrokerClient;
  readonly #request: FeedRequest<Value>;
  readonly #onUnused: () => void;
  readonly #listeners = new Set<() => void>();
  #result: Value & FeedState;
  #state: FeedState;
  #feed: Feed<Value> | null = null;
  #abort: AbortController | null = null;
  #open: OpenFeed | null = null;

  /** `onUnused` is called when the feed was closed, because it has no listener any more. */
  constructor(client: BrokerClient, request: FeedRequest<Value>, onUnused: () => void) {
    this.#client = client;
    this.#request = request;
    this.#onUnused = onUnused;
    this.#result = request.opening;
    this.#state = request.opening;
  }

  /** The value and the state as of the last frame in which one has changed. */
  get result(): Value & FeedState {
    return this.#result;
  }

  /** Adds a listener, and opens the feed for the first one. Returns how to remove it. */
  listen(listener: () => void): () => void {
    const isFirst = this.#feed === null;
    this.#listeners.add(listener);
    if (isFirst) this.#start();
    return () => {
      this.#listeners.delete(listener);
      // Later, since StrictMode, and a page that replaces another one, add a listener again in the same task.
      queueMicrotask(() => this.#closeUnused());
    };
  }

  #start(): void {
    this.#client.on('connected', this.#onConnected);
    this.#client.on('disconnected', this.#onDisconnected);
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const feed = this.#request.makeFeed();
    const abort = new AbortController();
    this.#feed = feed;
    this.#abort = abort;
    this.#setState('opening', undefined);
    const isCurrent = (): boolean => this.#feed === feed && !abort.signal.aborted;
    try {
      const open = await feed.open(this.#client, () => isCurrent() && this.#changed(), abort.signal);
      if (!isCurrent()) return open.close?.();
      this.#open = open;
      this.#setState('live', undefined);
      const error = await open.ended;
      if (isCurrent()) this.#fail(error ?? new Error('the subscription was closed'));
    } catch (error) {
      if (isCurrent()) this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.#end();
    this.#setState('failed', error);
  }

  #closeUnused(): void {
    if (this.#listeners.size > 0 || this.#feed === null) return;
    this.#client.off('connected', this.#onConnected);
    this.#client.off('disconnected', this.#onDisconnected);
    this.#end();
    this.#feed = null;
    this.#onUnused();
  }

  #end(): void {
    this.#abort?.abort();
    this.#open?.close?.();
    this.#open = null;
  }

  /** A client that could not connect at first is connected now. */
  readonly #onConnected = (): void => {
    if (this.#state.state === 'failed') void this.#begin();
  };

  readonly #onDisconnected = (): void => {
    if (this.#feed?.onDisconnected?.() === true) this.#changed();
  };

  #setState(state: FeedState['state'], error: Error | undefined): void {
    if (this.#state.state === state && this.#state.error === error) return;
    this.#state = { state, error };
    this.#changed();
  }

  #changed(): void {
    inNextFrame(this.#publish);
  }

  readonly #publish = (): void => {
    if (this.#feed === null) return;
    const { state, error } = this.#state;
    this.#result = { ...this.#feed.read(), state, error };
    for (const listener of [...this.#listeners]) listener();
  };
}
