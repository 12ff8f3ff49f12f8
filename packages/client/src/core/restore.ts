import { ErrorCode, PulseMQError, type SubscriptionListing } from '@pulsemq/protocol';
import type { Connection } from './connection.js';
import type { Emitter } from './events.js';
import type { Lane } from './lane.js';
import type { Lanes } from './lanes.js';
import { subscribeAtBroker } from './subscribe-at-broker.js';
import type { Subscription } from './subscription.js';

/** A subscription of the broker: of each namespace and pattern one on a lane, for all subscriptions of the program with these. */
interface Wanted {
  readonly lane: Lane;
  readonly one: Subscription;
}

/** Receives what a restoration decides. */
export interface RestoreListener {
  /** All subscriptions of this namespace and pattern on the lane are live. */
  onLive(twins: readonly Subscription[]): void;
  /** The broker refuses them. */
  onRefused(lane: Lane, one: Subscription, error: Error): void;
}

/** Restores all subscriptions on a new connection, and compares them with the broker's list. */
export async function restoreSubscriptions(
  connection: Connection,
  lanes: Lanes,
  listener: RestoreListener,
  events: Emitter,
): Promise<void> {
  let missing = wantedOf(lanes);
  for (let round = 1; missing.length > 0; round++) {
    await Promise.all(missing.map((wanted) => restoreOne(connection, wanted, listener, events)));
    const listed = await connection.subscriptions();
    if (listed === undefined) return;
    missing = await reconcile(connection, lanes, missing, listed);
    if (round < 2) continue;
    for (const { lane, one } of missing) listener.onRefused(lane, one, notListed(one));
    return;
  }
}

/** Restores the subscriptions of one lane, whose connection alone was lost. Rejects if the whole connection is lost. */
export async function restoreLane(
  connection: Connection,
  lane: Lane,
  listener: RestoreListener,
  events: Emitter,
): Promise<void> {
  await Promise.all(wantedOf([lane]).map((wanted) => restoreOne(connection, wanted, listener, events)));
}

function wantedOf(lanes: Iterable<Lane>): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const lane of lanes)
    for (const one of lane.topics.subscriptions) wanted.set(keyOf(lane.number, one), { lane, one });
  return [...wanted.values()];
}

async function restoreOne(
  connection: Connection,
  { lane, one }: Wanted,
  listener: RestoreListener,
  events: Emitter,
): Promise<void> {
  const [first, ...others] = lane.topics.twins(one);
  if (first === undefined) return;
  try {
    await subscribeAtBroker(connection, lane, [first, ...others], events);
    listener.onLive([first, ...others]);
  } catch (error) {
    if (connection.isLost) throw error;
    listener.onRefused(lane, one, error as Error);
  }
}

/** Cancels what the broker lists and no subscription wants. Returns what was requested and is not listed. */
async function reconcile(
  connection: Connection,
  lanes: Lanes,
  asked: readonly Wanted[],
  listed: readonly SubscriptionListing[],
): Promise<Wanted[]> {
  const wanted = new Set(wantedOf(lanes).map(({ lane, one }) => keyOf(lane.number, one)));
  const extra = listed.filter((one) => !wanted.has(keyOf(one.lane, one)));
  await Promise.all(extra.map(({ namespace, pattern, lane }) => connection.unsubscribe(namespace, pattern, lane)));
  const had = new Set(listed.map((one) => keyOf(one.lane, one)));
  return asked.filter(({ lane, one }) => !one.isClosed && !had.has(keyOf(lane.number, one)));
}

const keyOf = (lane = 0, { namespace, pattern }: { readonly namespace: string; readonly pattern: string }): string =>
  `${lane} ${namespace}:${pattern}`;

const notListed = ({ namespace, pattern }: Subscription): PulseMQError =>
  new PulseMQError(
    ErrorCode.protocol,
    `the broker accepted the subscription to ${namespace}:${pattern} twice but does not list it`,
  );
