import { BlockBit, MessageType, matchPattern, PubFlag } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { slowPolicies } from '../../../src/engine/fanout/subscriber/policy.js';
import { connectionColumns, rowsOf, topicColumns } from '../../../src/port-report.js';
import type { RunningEngine } from '../engine-fixture.js';
import type { WirePeer } from '../wire-peer.js';
import { pub, startMarket, sub } from './market-fixture.js';

/** The account over real sockets, with readers that stop, come again and change their pace. `PULSEMQ_RUNS=100` for as many runs. */

const runCount = Number(process.env.PULSEMQ_RUNS ?? 8);
const topics = ['a', 'b', 'c.d', 'e.f.g', 'h'];
const patterns = ['>', 'a', '*', 'c.*'];

/** Numbers that are the same for the same seed. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

interface Lane {
  readonly session: WirePeer & { ticket: string };
  readonly index: number;
  readonly pattern: string;
  stream: WirePeer;
}

test.each(Array.from({ length: runCount }, (_, index) => index + 1))(
  'run %i: published x matched = delivered + dropped + conflated',
  async (seed) => {
    const random = randomOf(seed);
    const running = await startMarket({ outboxBytes: 400_000, outboxMessageCount: 200, outboxTotalBytes: 1_000_000 });
    const publishers = [await running.session('publisher'), await running.session('publisher')];
    const lanes = await openLanes(running, random);
    for (let step = 0; step < 40; step++) await act(running, publishers, lanes, random);
    for (const { stream } of lanes) stream.socket.resume();
    await checkAccount(running, lanes);
  },
);

async function openLanes(running: RunningEngine, random: (limit: number) => number): Promise<Lane[]> {
  const lanes: Lane[] = [];
  for (let reader = 0; reader < 3; reader++) {
    const session = await running.session('reader');
    for (let index = 0; index <= random(3); index++) {
      const stream = await running.bound(session.ticket, index);
      const pattern = patterns[random(patterns.length)]!;
      const onSlow = slowPolicies[random(3)]!;
      const rate = random(3) === 0 ? { maxRate: 50 } : {};
      await session.request(sub(pattern, { lane: index, onSlow, ...rate }));
      lanes.push({ session, index, pattern, stream });
    }
  }
  return lanes;
}

async function act(
  running: RunningEngine,
  publishers: readonly WirePeer[],
  lanes: readonly Lane[],
  random: (limit: number) => number,
): Promise<void> {
  const lane = lanes[random(lanes.length)]!;
  switch (random(6)) {
    case 0:
      lane.stream.socket.pause();
      return;
    case 1:
      lane.stream.socket.resume();
      return;
    case 2:
      lane.stream.socket.destroy();
      lane.stream = await running.bound(lane.session.ticket, lane.index);
      return;
    default:
      await publish(publishers[random(publishers.length)]!, random);
  }
}

async function publish(publisher: WirePeer, random: (limit: number) => number): Promise<void> {
  const bytes = [40, 2_000, 30_000, 120_000][random(4)]!;
  const count = 1 + random(60);
  for (let index = 0; index < count; index++) {
    const flags = random(10) === 0 ? PubFlag.doNotConflate : 0;
    publisher.send(pub(topics[random(topics.length)]!, 'x'.repeat(bytes), { flags }));
  }
  for (let index = 0; index < count; index++) expect((await publisher.reply()).type).toBe(MessageType.ack);
}

/** Ends the sessions, then adds up what the engine says of lanes and of topics, and what the readers got. */
async function checkAccount(running: RunningEngine, lanes: readonly Lane[]): Promise<void> {
  const sessions = new Set(lanes.map(({ session }) => session));
  await Promise.all([...sessions].map((session) => session.close()));
  running.engine.command({ kind: 'drain', moveMs: 0, timeoutMs: 20_000 });
  await running.event('stopped');
  await Promise.all(lanes.map(({ stream }) => stream.closed));
  const account = accountOf(running);
  if (process.env.PULSEMQ_RUNS !== undefined) console.log(JSON.stringify(account));
  expect(account.matched).toBe(account.delivered + account.dropped + account.conflated);
  const topicSums = topicAccount(running);
  expect(topicSums).toEqual({ matched: account.matched, dropped: account.dropped, conflated: account.conflated });
  for (const lane of lanes) await checkReceived(lane);
}

function accountOf({ events }: RunningEngine) {
  const sum = { matched: 0, delivered: 0, dropped: 0, conflated: 0 };
  for (const event of events) {
    if (event.kind === 'sessionClosed') {
      const [row] = rowsOf(connectionColumns, event.figures);
      const { droppedHwm, droppedOutboxBytes, droppedOutboxTotalBytes, droppedAtClose } = row!;
      sum.matched += row!.matchedCount;
      sum.delivered += row!.deliveredCount;
      sum.conflated += row!.conflatedCount;
      sum.dropped += droppedHwm + droppedOutboxBytes + droppedOutboxTotalBytes + droppedAtClose;
    } else if (event.kind === 'sessionTrail') {
      sum.matched += event.matchedCount;
      sum.delivered += event.deliveredCount;
      sum.conflated += event.conflatedCount;
      sum.dropped += Object.values(event.dropped).reduce((total, count) => total + count, 0);
    }
  }
  return sum;
}

/** The last row of each topic. */
function topicAccount({ events }: RunningEngine) {
  const last = new Map<number, { matchedCount: number; droppedCount: number; conflatedCount: number }>();
  for (const event of events) {
    if (event.kind === 'report') for (const row of rowsOf(topicColumns, event.report.topics)) last.set(row.route, row);
  }
  const sum = { matched: 0, dropped: 0, conflated: 0 };
  for (const { matchedCount, droppedCount, conflatedCount } of last.values()) {
    sum.matched += matchedCount;
    sum.dropped += droppedCount;
    sum.conflated += conflatedCount;
  }
  return sum;
}

/** What came on the last connection matches the pattern, and no topic goes back. */
async function checkReceived({ stream, pattern }: Lane): Promise<void> {
  const newest = new Map<string, number>();
  while (stream.messages.size > 0) {
    const { header, topic, block } = await stream.delivery();
    if (header.type !== MessageType.pub) continue;
    expect(matchPattern(pattern, topic)).toBe(true);
    expect(block!.sequence).toBeGreaterThan(newest.get(topic) ?? 0);
    expect(block!.bits & BlockBit.snapshot).toBe(0);
    newest.set(topic, block!.sequence);
  }
}
