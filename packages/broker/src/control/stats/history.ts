import type { HistoryRange, SystemPoint, TopicPoint } from '@pulsemq/protocol';
import { LogHistogram } from '../../log-histogram.js';
import { type SystemStatsRow, spanSeconds, type TopicStatsRow } from '../store/stats-rows.js';
import type { StatsStore } from '../store/store.js';
import { addDelayText } from './delay-text.js';
import type { Recorder } from './recorder.js';
import { tenths } from './rounding.js';
import { systemHours, topicHours } from './stats-sums.js';

const rangeSeconds: Record<HistoryRange, number> = { '5m': 300, '1h': 3_600, '8h': 28_800, '7d': 604_800 };

/**
 * Figures of the whole broker over time, oldest first: seconds from memory, minutes and hours from the store. A time without a row has
 * no point.
 */
export async function systemHistory(
  stats: StatsStore,
  recorder: Recorder,
  range: HistoryRange,
): Promise<SystemPoint[]> {
  const fromTs = Math.floor(Date.now() / 1_000) - rangeSeconds[range];
  if (range === '5m') {
    return recorder.seconds.filter(({ ts }) => ts >= fromTs).map((second) => systemPoint(second.row()));
  }
  if (range !== '7d') return (await stats.system('minute', fromTs)).map(systemPoint);
  const running = runningHour();
  const hours = (await stats.system('hour', fromTs)).filter(({ ts }) => ts < running);
  // The running hour has no row yet; it is the sum of its minutes.
  const minutes = await stats.system('minute', endOfHour(hours.at(-1)?.ts) ?? fromTs);
  return [...hours, ...systemHours(minutes.filter(isOver))].map(systemPoint);
}

/** Figures of a topic over time, oldest first. */
export async function topicHistory(
  stats: StatsStore,
  topicId: number,
  range: Exclude<HistoryRange, '5m'>,
): Promise<TopicPoint[]> {
  const fromTs = Math.floor(Date.now() / 1_000) - rangeSeconds[range];
  if (range !== '7d') return (await stats.topic('minute', topicId, fromTs)).map(topicPoint);
  const running = runningHour();
  const hours = (await stats.topic('hour', topicId, fromTs)).filter(({ ts }) => ts < running);
  const minutes = await stats.topic('minute', topicId, endOfHour(await stats.lastHour(running)) ?? fromTs);
  return [...hours, ...topicHours(minutes.filter(isOver))].map(topicPoint);
}

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** Start of the running hour. Rows of later hours are left over from a clock that was ahead, and are not shown until their time comes. */
const runningHour = (): number => nowSeconds() - (nowSeconds() % spanSeconds.hour);

const isOver = ({ ts }: { readonly ts: number }): boolean => ts <= nowSeconds();

const endOfHour = (ts: number | undefined): number | undefined =>
  ts === undefined ? undefined : ts + spanSeconds.hour;

function systemPoint(row: SystemStatsRow): SystemPoint {
  return {
    ts: row.ts,
    msg_count: row.msgCount,
    byte_count: row.byteCount,
    delivered_count: row.deliveredCount,
    delivered_bytes: row.deliveredBytes,
    dropped_count: row.droppedCount,
    connections: row.connections,
    online_users: row.onlineUsers,
    auth_total: row.authTotal,
    auth_fail: row.authFail,
    perm_denied: row.permDenied,
    ...delayPoint(row),
    engine_loop_lag_ms: tenths(row.engineLoopLagMs),
    memory_mb: row.memoryMb,
  };
}

function topicPoint(row: TopicStatsRow): TopicPoint {
  return {
    ts: row.ts,
    msg_count: row.msgCount,
    byte_count: row.byteCount,
    // Negative when messages of an earlier minute were dropped in this one; the sum over time is right.
    delivered_count: row.matchedCount - row.droppedCount,
    dropped_count: row.droppedCount,
    subscriber_count: row.subscriberCount,
    // One percentile more than a topic's point has; the schema of the answer leaves it out.
    ...delayPoint(row),
  };
}

/** Percentiles of both kinds of delay; null where there was none. */
function delayPoint(row: Pick<TopicStatsRow, 'publisherDelays' | 'brokerDelays'>) {
  const publisher = figuresOf(row.publisherDelays);
  const broker = figuresOf(row.brokerDelays);
  return {
    publisher_p50_ms: publisher?.p50 ?? null,
    publisher_p99_ms: publisher?.p99 ?? null,
    broker_p50_us: broker?.p50 ?? null,
    broker_p95_us: broker?.p95 ?? null,
    broker_p99_us: broker?.p99 ?? null,
    broker_max_us: broker?.max ?? null,
  };
}

const figuresOf = (text: string | null) => addDelayText(new LogHistogram(), text).figures();
