import { checkTopic, ErrorCode, PulseMQError, TimeoutError } from '@pulsemq/protocol';
import { type CallOptions, orAborted } from './abort.js';
import { namespaceOf } from './names.js';
import type { ReceivedMessage } from './received-message.js';
import type { SnapshotEnd } from './snapshot-progress.js';
import type { Subscription } from './subscription.js';
import type { Subscriptions } from './subscriptions.js';

/**
 * The last value of a topic: of a snapshot of this one topic, or a newer message that has arrived in the meantime. Undefined if the
 * broker has none. Rejects after `timeoutMs` if the end of the snapshot has not arrived.
 */
export async function lastValue(
  subscriptions: Subscriptions,
  namespace: string,
  topic: string,
  timeoutMs: number,
  { signal }: CallOptions,
): Promise<ReceivedMessage | undefined> {
  namespaceOf(namespace, 'topic', topic, checkTopic);
  let newest: ReceivedMessage | undefined;
  const subscription = await subscriptions.add(namespace, topic, {
    snapshot: true,
    onMessage: (message) => {
      newest = message;
    },
    ...(signal !== undefined && { signal }),
  });
  try {
    const { leftOut } = await orAborted(inTime(subscription, timeoutMs), signal);
    if (newest === undefined && leftOut > 0) throw leftOutError(subscription);
    return newest;
  } finally {
    // Not awaited: the value is there.
    void subscription.close();
  }
}

function inTime({ snapshotEnd, namespace, pattern }: Subscription, timeoutMs: number): Promise<SnapshotEnd> {
  return new Promise((resolve, reject) => {
    const text = `the last value of ${namespace}:${pattern} did not arrive within ${timeoutMs} ms (requestTimeoutMs)`;
    const timer = setTimeout(() => reject(new TimeoutError(text)), timeoutMs);
    snapshotEnd.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const leftOutError = ({ namespace, pattern }: Subscription): PulseMQError =>
  new PulseMQError(
    ErrorCode.limitReached,
    `the broker has no room for the last value of ${namespace}:${pattern} (limits.last_value_bytes)`,
  );
