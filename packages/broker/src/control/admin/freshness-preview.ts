import { type Freshness, type FreshnessPreview, matchPattern } from '@pulsemq/protocol';
import { Calendar, type MarketHours } from '../../calendar.js';
import { nextTurn } from '../next-turn.js';
import type { Monitor } from '../stats/monitor.js';

/** Names that a preview lists. */
const listedCount = 20;
/** Time after which other work of this thread gets a turn: a namespace may have 100,000 topics, and a hundred rules. */
const sliceMs = 5;

/** A rule, with the hours of its calendar at this moment. */
interface Rule {
  readonly pattern: string;
  readonly maxAgeMs: number;
  readonly hours: MarketHours | null;
}

/**
 * Says which topics of a namespace these rules would call stale at this moment, by the messages of this run. The engine counts from the moment at
 * which it gets the rules, so topics that are silent already become stale when their age has passed once more.
 */
export async function previewFreshness(
  monitor: Monitor,
  namespace: string,
  topics: readonly string[],
  { rules, calendars }: Freshness,
): Promise<FreshnessPreview> {
  const nowMs = Date.now();
  const hours = new Map(Object.entries(calendars).map(([name, one]) => [name, new Calendar(one).at(nowMs)]));
  const inForce = rules.map(({ pattern, max_age_ms, calendar }) => {
    return { pattern, maxAgeMs: max_age_ms, hours: calendar === null ? null : (hours.get(calendar) ?? null) };
  });
  const stale: string[] = [];
  let [staleCount, ruledCount, untilMs] = [0, 0, performance.now() + sliceMs];
  for (const topic of topics) {
    if (performance.now() > untilMs) {
      await nextTurn();
      untilMs = performance.now() + sliceMs;
    }
    const rule = inForce.find(({ pattern }) => pattern === '>' || matchPattern(pattern, topic));
    if (rule === undefined) continue;
    ruledCount++;
    if (!isStale(rule, monitor, namespace, topic, nowMs)) continue;
    staleCount++;
    if (stale.length < listedCount) stale.push(topic);
  }
  return { stale_now: staleCount, topics: stale, under_rule: ruledCount, topic_count: topics.length };
}

function isStale(
  { maxAgeMs, hours }: Rule,
  monitor: Monitor,
  namespace: string,
  topic: string,
  nowMs: number,
): boolean {
  if (hours?.isOpen === false) return false;
  const live = monitor.topics.live(namespace, topic);
  if (live !== undefined && monitor.statuses.of(namespace, topic)?.publisher === 'gone') return true;
  // A topic that was opened since the last report has just got its first message.
  const lastMs = live === undefined ? monitor.startedAtMs : (live.row?.lastPublishedMs ?? nowMs);
  return nowMs - Math.max(lastMs, hours?.openedMs ?? 0) > maxAgeMs;
}
