import { readFileSync } from 'node:fs';
import { pause } from '../../workloads/stage.js';
import { endFeed, MarketStage } from '../market-stage.js';
import type { Fault } from '../reader/faults.js';
import type { Totals } from '../reader/reader-job.js';
import type { ReaderProcess } from '../reader/reader-process.js';
import { type Effort, type Outcome, type Scenario, sizeOf } from '../scenario.js';
import { settled } from '../settled.js';

/**
 * `warmSeconds` is the time before the lane stops. In its first half minute at this rate the broker grows by 20 to 25 MB also where every
 * lane reads: compiled code, batches, figures of topics. `--quick` has long messages, because the lane must lag: the kernel holds several megabytes before
 * it does.
 */
const quick = { topicCount: 200, payloadBytes: 4_000, rate: 10_000, seconds: 1.5, warmSeconds: 0.3 };
const full = { topicCount: 10_000, payloadBytes: 100, rate: 100_000, seconds: 60, warmSeconds: 40 };

export const conflateStopped: Scenario = {
  name: 'conflate-stopped',
  title: 'a conflate lane over 10,000 topics does not read for 60 s while 100,000 msg/s are published',
  run: (peer, effort) => MarketStage.run(peer, sizeOf(effort, quick, full), (market) => run(market, effort)),
};

async function run(market: MarketStage, effort: Effort): Promise<Outcome> {
  const { rate, topicCount, seconds: ownSeconds, warmSeconds } = sizeOf(effort, quick, full);
  const seconds = effort.seconds ?? ownSeconds;
  await market.fill();
  const inside = market.stage.running.inside!;
  const readers = await market.readers({ interests: [['>']], options: { onSlow: 'conflate' } });
  await readers.subscribe();
  const feeds = [await feedFor(market, rate, warmSeconds)];
  const warm = await readers.settle(feeds);
  const beforeBytes = await inside.collectedBytes();
  await readers.stop();
  const sentCount = await feedFor(market, rate, seconds);
  feeds.push(sentCount);
  await settled(market, feeds);
  const afterBytes = await inside.collectedBytes();
  const totals = await readAgain(readers, feeds);
  return {
    findings: [
      { figure: 'growth of memory', value: (afterBytes - beforeBytes) / 1e6, unit: 'MB', atMost: 20 },
      { figure: 'time to the last newest value', value: totals.drainMs, unit: 'ms', atMost: 1_000 },
      { figure: 'published while it did not read', value: sentCount / seconds, unit: 'msg/s' },
      { figure: 'older values that the kernel held', value: totals.heldCount, unit: 'deliveries' },
    ],
    faults: [...totals.faults, ...sumFaults(warm, totals, sentCount, topicCount)],
  };
}

/** Publishes for a time. Resolves with the number of messages. */
async function feedFor(market: MarketStage, rate: number, seconds: number): Promise<number> {
  const feed = await market.feed(rate);
  await pause(seconds * 1_000);
  return endFeed(feed);
}

async function readAgain(readers: ReaderProcess, feeds: readonly number[]): Promise<Totals> {
  await readers.readOn(feeds);
  return readers.settle(feeds);
}

/** Deliveries stand for every message that was published, the lane did lag, and no more came than the kernel can hold. */
function sumFaults(warm: Totals, totals: Totals, sentCount: number, topicCount: number): Fault[] {
  const faults: Fault[] = [];
  const add = (kind: string, first: string): number => faults.push({ kind, count: 1, first });
  const updateCount = totals.updateCount - warm.updateCount;
  if (updateCount !== sentCount) add('wrong sum', `deliveries stand for ${updateCount} of ${sentCount} messages`);
  if (totals.conflatedCount - warm.conflatedCount < topicCount)
    add(
      'not conflated',
      `${totals.conflatedCount - warm.conflatedCount} conflated deliveries for ${topicCount} topics`,
    );
  const maxBytes = kernelMaxBytes();
  if (totals.heldBytes > maxBytes)
    add(
      'more than the kernel holds',
      `${totals.heldBytes} bytes of older values; the kernel holds at most ${maxBytes}`,
    );
  return faults;
}

/** Both ends of a connection, and as much again for the write that was under way. */
function kernelMaxBytes(): number {
  const maxOf = (name: string): number =>
    Number(readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim().split(/\s+/)[2]);
  return 2 * (maxOf('tcp_rmem') + maxOf('tcp_wmem'));
}
