import { Feature, type HeadListing } from '@pulsemq/protocol';
import type { Connection } from './connection.js';
import type { Lane } from './lane.js';
import { laneOptions } from './lane-policy.js';
import { probeTopic } from './probe-topic.js';
import type { StreamPlace, TopicState } from './topic-state.js';
import { lastSequence, openEnds } from './topic-streams.js';

/** Past this many patterns of a namespace, one query for all its topics costs less. */
const patternMaxCount = 16;

const isBehind = (state: TopicState, { epoch, sequence }: StreamPlace): boolean =>
  sequence > 0 && lastSequence(state, epoch) < sequence;

/** What the broker lists of the topics of a lane. */
interface Listed {
  /** Topics that are ahead of what has arrived. */
  readonly ahead: readonly (readonly [TopicState, StreamPlace])[];
  /** The epochs of the streams of each topic that has had a delivery. */
  readonly epochs: ReadonlyMap<TopicState, ReadonlySet<number>>;
}

/**
 * Finds the gaps of a lane after a reconnect, also in topics that stay silent: compares the last message of each topic with the broker's.
 * Call it when the subscriptions are live. Topics of which nothing had arrived before the loss are not compared.
 */
export async function checkHeads(connection: Connection, lane: Lane, resumed: readonly TopicState[]): Promise<void> {
  // A subscription may have been refused on the new connection.
  const first = resumed.find(({ subscriptions }) => subscriptions.length > 0);
  if (first === undefined || !connection.has(Feature.heads) || !connection.has(Feature.snapshot)) return;
  let listed = await listHeads(connection, lane);
  const hasOpenEnds = resumed.some(
    (state) => state.fill !== null || openEnds(state, listed.epochs.get(state)).length > 0,
  );
  // What the heads count may still be on its way.
  if ((hasOpenEnds || listed.ahead.length > 0) && !(await probe(connection, lane, first.namespace))) return;
  if (hasOpenEnds) {
    // The probe has waited for the other brokers to say what they have sent: now it is known here, too.
    listed = await listHeads(connection, lane);
    if (listed.ahead.length > 0 && !(await probe(connection, lane, first.namespace))) return;
  }
  for (const [state, head] of listed.ahead) if (isBehind(state, head)) lane.missing(state, head);
  for (const state of resumed) if (state.subscriptions.length > 0) lane.compared(state, listed.epochs.get(state));
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

async function listHeads(connection: Connection, lane: Lane): Promise<Listed> {
  const ahead: [TopicState, StreamPlace][] = [];
  const epochs = new Map<TopicState, Set<number>>();
  for (const [namespace, patterns] of patternsOf(lane)) {
    for (const pattern of patterns) {
      let page: number | null = 0;
      while (page !== null) {
        const listing = (await connection.query({ type: 'heads', namespace, pattern, page })) as HeadListing;
        for (const [topic, epoch, sequence] of listing.heads) {
          const state = lane.topics.known(namespace, topic);
          if (state === undefined || state.sequence === 0 || sequence === 0) continue;
          if (isBehind(state, { epoch, sequence })) ahead.push([state, { epoch, sequence }]);
          epochs.set(state, (epochs.get(state) ?? new Set()).add(epoch));
        }
        page = listing.next;
      }
    }
  }
  return { ahead, epochs };
}

/**
 * Resolves to true when everything that the broker had accepted for the lane has arrived, to false when its connection is lost before: the
 * topics are compared again on the next one.
 */
async function probe(connection: Connection, lane: Lane, namespace: string): Promise<boolean> {
  let settle = (_: boolean): void => {};
  const ended = new Promise<boolean>((resolve) => {
    settle = resolve;
  });
  const end = (): void => settle(true);
  const lose = (): void => settle(false);
  const request = lane.snapshots.add(`${namespace}:${probeTopic}`, [{ complete: end, fail: end, lose }]);
  await connection.subscribe(namespace, probeTopic, {
    ...laneOptions(lane.number, lane.policy),
    snapshot: true,
    request,
  });
  const hasArrived = await Promise.race([ended, connection.lost.then(() => false)]);
  await connection.unsubscribe(namespace, probeTopic, lane.number);
  return hasArrived;
}
