import { MessageType } from '@pulsemq/protocol';
import { benchNamespace } from '../wire/pulsemq.js';
import { pause } from '../workloads/stage.js';
import type { MarketStage } from './market-stage.js';
import { MarketSession } from './wire/market-session.js';

const lookMs = 50;
/** Without progress for this time the broker has taken all that it will take. */
const silenceMs = 10_000;

interface Heads {
  readonly heads: readonly (readonly [topic: string, epoch: number, sequence: number])[];
  readonly next: number | null;
}

/** Resolves when the broker has accepted every message of `fill` and of the feeds, by the heads of all topics. Rejects where it has not. */
export async function settled(market: MarketStage, feeds: readonly number[]): Promise<void> {
  const session = await MarketSession.open(market.stage.running.address);
  const expected = feeds.reduce((sum, count) => sum + count, market.topicCount);
  let progressMs = performance.now();
  for (let last = -1; ; ) {
    const sum = await sequenceSum(session);
    if (sum === expected) break;
    if (sum !== last) progressMs = performance.now();
    if (sum > expected || performance.now() - progressMs > silenceMs)
      throw new Error(`the broker accepted ${sum} messages of ${expected}`);
    last = sum;
    await pause(lookMs);
  }
  session.close();
}

async function sequenceSum(session: MarketSession): Promise<number> {
  let sum = 0;
  for (let page: number | null = 0; page !== null; ) {
    const query = { type: 'heads', namespace: benchNamespace, pattern: '>', page };
    const payload = Buffer.from(JSON.stringify(query));
    const [reply] = await session.requestAll([{ type: MessageType.query, payload }]);
    const { heads, next } = (reply as unknown as { data: Heads }).data;
    for (const [, , sequence] of heads) sum += sequence;
    page = next;
  }
  return sum;
}
