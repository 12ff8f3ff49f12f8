import type { Freshness } from '@pulsemq/protocol';
import { ApiError } from '../../peers/admin-api.js';
import { endFeed, MarketStage } from '../market-stage.js';
import type { StatusTotals, WantedStatus } from '../reader/reader-job.js';
import { type Effort, type Outcome, type Scenario, sizeOf } from '../scenario.js';

const quick = { topicCount: 50, rate: 100, readerCount: 2 };
const full = { topicCount: 1_000, rate: 2_000, readerCount: 10 };
const payloadBytes = 100;
/** Four times the interval of a topic. */
const maxAgeMs = 2_000;
/** The clocks of two processes are read at different moments of the same message. */
const clockSlackMs = 5;

const rules: Freshness = { rules: [{ pattern: '>', max_age_ms: maxAgeMs, calendar: null }], calendars: {} };
const live: WantedStatus = { state: 'live', reason: null, since: 'firstMessage', leastMs: 0 };
const silent: WantedStatus = {
  state: 'stale',
  reason: 'silent',
  since: 'lastMessage',
  leastMs: maxAgeMs - clockSlackMs,
};

export const status: Scenario = {
  name: 'status',
  title: '1,000 topics and 10 readers with status: a killed feed, a silent feed, and back to live',
  run: (peer, effort) => {
    const topics = { topicCount: sizeOf(effort, quick, full).topicCount, payloadBytes };
    return MarketStage.run(peer, topics, (market) => run(market, effort));
  },
};

async function run(market: MarketStage, effort: Effort): Promise<Outcome> {
  if (!(await hasRules(market)))
    return { findings: [], faults: [], skipped: 'this broker has no PUT /api/namespaces/{id}/freshness (404)' };
  const { rate, readerCount } = sizeOf(effort, quick, full);
  await market.fill();
  const interests = Array.from({ length: readerCount }, () => ['>']);
  const readers = await market.readers({ interests, options: { status: true } });
  await readers.subscribe();
  const killedFeed = await market.feed(rate);
  await readers.statuses(live);
  const atNs = Number(process.hrtime.bigint());
  killedFeed.end();
  const killed = await readers.statuses({ state: 'stale', reason: 'publisher_gone', since: { atNs }, leastMs: 0 });
  const silentFeed = await market.feed(rate);
  const first = await readers.statuses(live);
  await endFeed(silentFeed);
  const fellSilent = await readers.statuses(silent);
  await market.feed(rate);
  const again = await readers.statuses(live);
  return outcomeOf(killed, fellSilent, [first, again]);
}

/** Sets the rules. False where the broker has no route for them. */
async function hasRules({ namespace: { api, id } }: MarketStage): Promise<boolean> {
  try {
    await api.put(`/api/namespaces/${id}/freshness`, rules);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

function outcomeOf(killed: StatusTotals, silent: StatusTotals, lives: readonly StatusTotals[]): Outcome {
  const backMs = Math.max(...lives.map(({ longestMs }) => longestMs));
  return {
    findings: [
      { figure: 'killed feed is stale at all readers', value: killed.longestMs, unit: 'ms', atMost: 100 },
      { figure: 'silent feed is stale at all readers', value: silent.longestMs, unit: 'ms', atMost: maxAgeMs + 250 },
      { figure: 'live, after the next message', value: backMs, unit: 'ms' },
    ],
    // Each reply has all faults so far.
    faults: lives.at(-1)!.faults,
  };
}
