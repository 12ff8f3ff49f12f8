import { Feature, type HeadListing } from '@pulsemq/protocol';
import type { Connection } from './connection.js';
import type { Emitter } from './events.js';
import { gapUpTo } from './gap.js';
import type { Lane } from './lane.js';
import { laneOptions } from './lane-policy.js';
import type { TopicState } from './topic-table.js';

/** Past this many patterns of a namespace, one query for all its topics costs less. */
const patternMaxCount = 16;

/**
 * A subscription without messages whose snapshot ends at once: when its end arrives, everything that the broker had accepted before has
 * arrived, too. The level is one that no program should use for a topic.
 */
export const probeTopic = 'pmq_heads_probe';

/** The newest message of a topic at the broker. */
interface Head {
  readonly epoch: number;
  readonly sequence: number;
}

const isBehind = (state: TopicState, { epoch, sequence }: Head): boolean =>
  sequence > 0 && (state.epoch !== epoch || state.sequence < sequence);

/**
 * Finds the gaps of a lane after a reconnect, also in topics that stay silent: compares the last message of each topic with the broker's.
 * Call it when the subscriptions are live. Topics of which nothing had arrived before the loss are not compared.
 */
export async function checkHeads(
  connection: Connection,
  lane: Lane,
  resumed: readonly TopicState[],
  events: Emitter,
): Promise<void> {
  if (resumed.length === 0 || !connection.has(Feature.heads) || !connection.has(Feature.snapshot)) return;
  const ahead = new Map<TopicState, Head>();
  for (const [namespace, patterns] of patternsOf(lane)) {
    for (const pattern of patterns) await collect(connection, lane, namespace, pattern, ahead);
  }
  const first = ahead.keys().next().value;
  if (first === undefined) return;
  // What the heads count may still be on its way.
  await probe(connection, lane, first.namespace);
  for (const [state, head] of ahead) {
    const gap = isBehind(state, head) ? gapUpTo(state, head.epoch, head.sequence, 0) : null;
    if (gap !== null) events.emit('gap', gap);
  }
}

/** The patterns to ask for in each namespace. */
function patternsOf({ topics }: Lane): Map<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { namespace, pattern } of topics.subscriptions) {
    const patterns = found.get(namespace);
    if (patterns === undefined) found.set(namespace, new Set([pattern]));
    else patterns.add(pattern);
  }
  for (const [namespace, patterns] of found) {
    if (patterns.size > patternMaxCount || patterns.has('>')) found.set(namespace, new Set(['>']));
  }
  return found;
}

/** Adds the heads of topics that are ahead of what has arrived. */
async function collect(
  connection: Connection,
  lane: Lane,
  namespace: string,
  pattern: string,
  ahead: Map<TopicState, Head>,
): Promise<void> {
  let page: number | null = 0;
  while (page !== null) {
    const listing = (await connection.query({ type: 'heads', namespace, pattern, page })) as HeadListing;
    for (const [topic, epoch, sequence] of listing.heads) {
      const state = lane.topics.known(namespace, topic);
      if (state !== undefined && state.sequence > 0 && isBehind(state, { epoch, sequence })) {
        ahead.set(state, { epoch, sequence });
      }
    }
    page = listing.next;
  }
}

/** Resolves when everything that the broker had accepted for the lane has arrived. */
async function probe(connection: Connection, lane: Lane, namespace: string): Promise<void> {
  let onEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  const request = lane.snapshots.add(`${namespace}:${probeTopic}`, [{ complete: onEnd, fail: onEnd }]);
  await connection.subscribe(namespace, probeTopic, {
    ...laneOptions(lane.number, lane.policy),
    snapshot: true,
    request,
  });
  await Promise.race([ended, connection.lost]);
  await connection.unsubscribe(namespace, probeTopic, lane.number);
}
