import type { Connection } from './connection.js';
import type { Emitter } from './events.js';
import type { Lane } from './lane.js';
import { laneOptions } from './lane-policy.js';
import type { SnapshotProgress } from './snapshot-progress.js';
import type { SnapshotWaiter } from './snapshot-requests.js';
import type { Subscription } from './subscription.js';

/**
 * Sends the SUB of subscriptions with one namespace and pattern on a lane. Resolves when they are live. Their images arrive until the end
 * of the snapshot, which may come later.
 */
export async function subscribeAtBroker(
  connection: Connection,
  lane: Lane,
  twins: readonly [Subscription, ...Subscription[]],
  events: Emitter,
): Promise<void> {
  const [{ namespace, pattern }] = twins;
  if (lane.replay?.isLive === false) {
    const options = { ...laneOptions(lane.number, lane.policy), ...lane.replay.begin(lane.nextReplayRequest()) };
    return connection.subscribe(namespace, pattern, options);
  }
  const snapshots = twins.flatMap(({ snapshot }) => snapshot ?? []);
  const options = {
    ...laneOptions(lane.number, lane.policy),
    ...(twins.some(({ wantsStatus }) => wantsStatus) && { status: true }),
  };
  if (snapshots.length === 0) return connection.subscribe(namespace, pattern, options);
  for (const one of snapshots) one.begin();
  const waiters = snapshots.map((one) => waiterOf(one, events));
  const request = lane.snapshots.add(`${namespace}:${pattern}`, waiters);
  try {
    await connection.subscribe(namespace, pattern, { ...options, snapshot: true, request });
  } catch (error) {
    lane.snapshots.remove(request);
    throw error;
  }
}

/** An early end that the program has not caused is also an event: the promise may not be used. */
const waiterOf = (snapshot: SnapshotProgress, events: Emitter): SnapshotWaiter => ({
  complete: (end) => snapshot.complete(end),
  fail: (reason) => {
    const error = snapshot.fail(reason);
    if (error !== undefined) events.emit('error', error);
  },
});
