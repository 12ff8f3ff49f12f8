import type { SlowPolicy } from './lane-policy.js';
import { badOption, oneOf } from './option-checks.js';
import type { ReceivedMessage } from './received-message.js';
import type { SnapshotEnd } from './snapshot-progress.js';
import type { TopicStatus } from './topic-status.js';

/** What happens when a queue is full: drop the oldest message, drop the new one, or stop reading from the broker. */
export type QueuePolicy = 'dropOldest' | 'dropNewest' | 'pause';

/** Options of a subscription. */
export interface SubscribeSettings {
  /**
   * Called with each message as it arrives: the fastest way to receive. Without it, iterate. The client does not await a promise that it
   * returns. If it throws or rejects, the error goes to the client's event `error`, and the next message follows.
   */
  readonly onMessage?: (message: ReceivedMessage) => unknown;
  /**
   * The broker sends the last value of every matching topic first, marked `isSnapshot`, and again after each reconnect. Default false.
   * The namespace must keep last values, else there are none.
   */
  readonly snapshot?: boolean;
  /** Called at the end of each snapshot: the first, and one after each reconnect. */
  readonly onSnapshotEnd?: (end: SnapshotEnd) => unknown;
  /**
   * What the broker does when this client is slow. Default `dropOldest`; in a browser `conflate`, and `dropOldest` where the namespace keeps
   * no last values. `conflate` delivers only the newest value of each topic, with
   * `conflatedCount`; it needs a namespace that keeps last values. `disconnect` closes the connection of the subscriptions with
   * this policy; the client opens it again and emits `error`. What it has missed is treated as after a lost connection.
   */
  readonly onSlow?: SlowPolicy;
  /**
   * Updates a second for each topic, 0.01 to 1000: newer values replace older ones. Needs a namespace that keeps last values. Default: no
   * limit; in a browser 10 with `conflate`.
   */
  readonly maxRate?: number;
  /** Called with the status of matching topics: at first, on each change, and again after each reconnect. */
  readonly onStatus?: (status: TopicStatus) => unknown;
  /** Whether the broker sends statuses. Default: true if there is `onStatus`. */
  readonly status?: boolean;
  /** Messages that may wait to be iterated: 1 or more. Default 65,536. */
  readonly queueLimit?: number;
  /** Payload bytes that may wait to be iterated: 1 or more. One message may always wait. Default 268,435,456. */
  readonly queueLimitBytes?: number;
  /**
   * What happens when the queue is full. Default `dropOldest`, because a stale price has the least value. `pause` stops reading from the
   * broker for all subscriptions of the client with the same `onSlow` and `maxRate`; then the broker's limits apply. The rest of the
   * current read, up to 256 KiB, is still queued.
   */
  readonly onFull?: QueuePolicy;
  /** Ends the subscription: the iteration then throws a PulseMQError `PMQ_ABORTED`. */
  readonly signal?: AbortSignal;
}

const callbacks = ['onMessage', 'onSnapshotEnd', 'onStatus'] as const;
const switches = ['snapshot', 'status'] as const;

/** Checks the callbacks and switches. Throws a PulseMQError `PMQ_BAD_OPTION`. */
export function checkSettings(settings: SubscribeSettings): void {
  if (typeof settings !== 'object' || settings === null) {
    throw badOption('settings', settings, 'an object such as { onMessage }');
  }
  for (const name of callbacks) {
    const callback = settings[name];
    if (callback !== undefined && typeof callback !== 'function') throw badOption(name, callback, 'a function');
  }
  for (const name of switches) oneOf(name, settings[name] ?? false, [true, false]);
  if (settings.onSnapshotEnd !== undefined && settings.snapshot !== true) {
    throw badOption('snapshot', settings.snapshot, 'true, because there is onSnapshotEnd');
  }
  if (settings.status === true && settings.onStatus === undefined) {
    throw badOption('onStatus', settings.onStatus, 'a function, because status is true');
  }
}
