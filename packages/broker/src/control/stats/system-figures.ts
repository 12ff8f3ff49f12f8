import type { ApiConnection, StaleTopic, SystemFigures, TopicRate } from '@pulsemq/protocol';
import { currentRate, type LiveTopic } from './live-topic.js';
import type { Monitor } from './monitor.js';
import type { TopicIds } from './topic-ids.js';

/** Rows of each list in a snapshot. */
const shownCount = 10;

/** The state of the whole broker at this moment, as the dashboard shows it. */
export function systemFigures(monitor: Monitor, version: string, usernameOf: (id: number) => string): SystemFigures {
  const { counters, whole, rates } = monitor;
  const { topicIds } = monitor;
  const topics = monitor.topics.busiest();
  const connections = monitor.connections.list('open', usernameOf);
  const stale = topics.filter(({ row }) => row?.isStale === 1);
  return {
    at: new Date().toISOString(),
    version,
    uptime_seconds: Math.floor(process.uptime()),
    msg_rate: rates.published,
    byte_rate: rates.publishedBytes,
    delivered_rate: rates.delivered,
    delivered_byte_rate: rates.deliveredBytes,
    dropped_rate: rates.dropped,
    msg_total: counters.publishedCount,
    byte_total: counters.publishedBytes,
    delivered_total: counters.deliveredCount,
    delivered_byte_total: counters.deliveredBytes,
    dropped_total: counters.droppedCount,
    drops: {
      hwm: counters.dropped.hwm,
      outbox_bytes: counters.dropped.outboxBytes,
      outbox_total_bytes: counters.dropped.outboxTotalBytes,
      at_close: counters.dropped.atClose,
      conflated: 0,
    },
    connections: counters.connectionCount,
    sessions: counters.sessionCount,
    subscribers: counters.subscriberCount,
    online_users: monitor.users.onlineCount,
    topics: counters.routeCount,
    stale_topics: stale.length,
    slow_subscribers: whole?.slowSubscriberCount ?? 0,
    queued_bytes: counters.queuedBytes,
    auth_total: counters.authOkCount + counters.authFailedCount,
    auth_fail: counters.authFailedCount,
    perm_denied: counters.permissionDeniedCount,
    publisher_to_broker_ms: monitor.recorder.lastSecond?.publisherDelays.figures() ?? null,
    broker_to_socket_us: monitor.recorder.lastSecond?.brokerDelays.figures() ?? null,
    control_loop_lag_ms: monitor.process.loopLagMs,
    engine_loop_lag_ms: Math.round((whole?.loopLagMs ?? 0) * 10) / 10,
    memory_mb: monitor.process.memoryMb,
    cpu_percent: monitor.process.cpuPercent,
    top_topics: topics.slice(0, shownCount).map((one) => topicRate(one, topicIds)),
    slowest: connections
      .sort((left, right) => right.lag_ms - left.lag_ms)
      .slice(0, shownCount)
      .map(slowConnection),
    stale: stale
      .sort((left, right) => left.row!.lastPublishedMs - right.row!.lastPublishedMs)
      .slice(0, shownCount)
      .map((one) => staleTopic(one, topicIds, usernameOf)),
  };
}

const topicRate = (one: LiveTopic, topicIds: TopicIds): TopicRate => ({
  id: topicIds.of(one.namespace, one.topic),
  namespace: one.namespace,
  name: one.topic,
  msg_rate: currentRate(one),
  byte_rate: currentRate(one) === 0 ? 0 : one.byteRate,
});

const slowConnection = (one: ApiConnection): SystemFigures['slowest'][number] => ({
  connection_id: one.connection_id,
  username: one.username,
  address: one.address,
  lag_ms: one.lag_ms,
  queued_bytes: one.queued_bytes,
  dropped_total: one.drops.hwm + one.drops.outbox_bytes + one.drops.outbox_total_bytes + one.drops.at_close,
  is_slow: one.is_slow,
});

const staleTopic = (one: LiveTopic, topicIds: TopicIds, usernameOf: (id: number) => string): StaleTopic => ({
  id: topicIds.of(one.namespace, one.topic),
  namespace: one.namespace,
  name: one.topic,
  last_published_at: new Date(one.row!.lastPublishedMs).toISOString(),
  last_publisher: usernameOf(one.row!.publisherUserId),
});
