import type { BrokerClient } from './broker-client.js';

/**
 * A feed is what one hook asks of the broker: a subscription, and the value that it makes of what arrives. A SharedFeed opens it for all
 * components that ask for the same.
 */

/** Whether a hook has what it asked for. */
export interface FeedState {
  /**
   * `opening`: the subscription, or its first snapshot, is under way. `live`: the value follows the broker. `failed`: the subscription was
   * refused or has ended, and `error` says why. The value stays as it was.
   */
  readonly state: 'opening' | 'live' | 'failed';
  /** Why it failed; undefined in the other states. An error of the client is a PulseMQError with a `code`. */
  readonly error: Error | undefined;
}

/** A subscription or table of a feed. */
export interface OpenFeed {
  /** Resolves when it ends: with null after it was closed, else with the error that ended it. */
  readonly ended: Promise<Error | null>;
  /** Releases what an abort of the signal does not. */
  close?(): void;
}

/** A feed with a value of its own. `changed` is called after each change of the value, as often as it changes. */
export interface Feed<Value extends object> {
  /** Subscribes, and resolves when the value is complete. The signal ends the subscription. Rejects as the client does. */
  open(client: BrokerClient, changed: () => void, signal: AbortSignal): Promise<OpenFeed>;
  /** The value as of now. Called once a frame, after a change. */
  read(): Value;
  /** The connection was lost. Returns whether the value has changed. */
  onDisconnected?(): boolean;
}

/** What a hook asks for. */
export interface FeedRequest<Value extends object> {
  /** Requests with one key get one feed. */
  readonly key: string;
  /** What the hook returns until something has arrived. One object for each hook, because React compares it. */
  readonly opening: Value & FeedState;
  /** Makes the feed. */
  makeFeed(): Feed<Value>;
}

/** The state of a feed that is not open yet. */
export const openingState: FeedState = { state: 'opening', error: undefined };
