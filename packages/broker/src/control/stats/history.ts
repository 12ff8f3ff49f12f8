import type { HistoryRange, SystemPoint, TopicPoint } from '@pulsemq/protocol';
import { LogHistogram } from '../../log-histogram.js';
import { type SystemStatsRow, spanSeconds, type TopicStatsRow } from '../store/stats-rows.js';
import type { StatsStore } from '../store/store.js';
import { addDelayText } from './delay-text.js';
import type { Recorder } from './recorder.js';
import { systemHours, topicHours } from './stats-sums.js';

const rangeSeconds: Record<HistoryRange, number> = { '5m': 300, '1h': 3_600, '8h': 28_800, '7d': 604_800 };

/** The broker's past: seconds from memory, minutes and hours from the store. Oldest first; a time without a row has no point. */
export async function systemHistory(
  stats: StatsStore,
  recorder: Recorder,
  range: HistoryRange,
): Promise<SystemPoint[]> {
  const fromTs = Math.floor(Date.now() / 1_000) - rangeSeconds[range];
  if (range === '5m')
    return recorder.seconds.filter(({ ts }) => ts >= fromTs).map((second) => systemPoint(second.row()));
  if (range !== '7d') return (await stats.system('minute', fromTs)).map(systemPoint);
  const hours = await stats.system('hour', fromTs);
  const minutes = await stats.system('minute', afterHours(hours, fromTs));
  return [...hours, ...systemHours(minutes)].map(systemPoint);
}

/** A topic's past. */
export async function topicHistory(
  stats: StatsStore,
  topicId: number,
  range: Exclude<HistoryRange, '5m'>,
): Promise<TopicPoint[]> {
  const fromTs = Math.floor(Date.now() / 1_000) - rangeSeconds[range];
  if (range !== '7d') return (await stats.topic('minute', topicId, fromTs)).map(topicPoint);
  const [hours, lastHour] = [await stats.topic('hour', topicId, fromTs), await stats.lastHour()];
  const minutes = await stats.topic('minute', topicId, lastHour === undefined ? fromTs : lastHour + spanSeconds.hour);
  return [...hours, ...topicHours(minutes)].map(topicPoint);
}

/** The hour that runs is made of its minutes. */
const afterHours = (hours: readonly SystemStatsRow[], fromTs: number): number => {
  const last = hours.at(-1);
  return last === undefined ? fromTs : last.ts + spanSeconds.hour;
};

const figuresOf = (text: string | null) => addDelayText(new LogHistogram(), text).figures();

function systemPoint(row: SystemStatsRow): SystemPoint {
  const publisher = figuresOf(row.publisherDelays);
  const broker = figuresOf(row.brokerDelays);
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
    publisher_p50_ms: publisher?.p50 ?? null,
    publisher_p99_ms: publisher?.p99 ?? null,
    broker_p50_us: broker?.p50 ?? null,
    broker_p95_us: broker?.p95 ?? null,
    broker_p99_us: broker?.p99 ?? null,
    broker_max_us: broker?.max ?? null,
    engine_loop_lag_ms: Math.round(row.engineLoopLagMs * 10) / 10,
    memory_mb: row.memoryMb,
  };
}

function topicPoint(row: TopicStatsRow): TopicPoint {
  const publisher = figuresOf(row.publisherDelays);
  const broker = figuresOf(row.brokerDelays);
  return {
    ts: row.ts,
    msg_count: row.msgCount,
    byte_count: row.byteCount,
    // Below nothing where messages of the time before were lost in this one: the sum over time is right.
    delivered_count: row.matchedCount - row.droppedCount,
    dropped_count: row.droppedCount,
    subscriber_count: row.subscriberCount,
    publisher_p50_ms: publisher?.p50 ?? null,
    publisher_p99_ms: publisher?.p99 ?? null,
    broker_p50_us: broker?.p50 ?? null,
    broker_p99_us: broker?.p99 ?? null,
    broker_max_us: broker?.max ?? null,
  };
}
