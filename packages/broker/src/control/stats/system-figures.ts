import type { ApiConnection, BrokerProblem, StaleTopic, SystemFigures, TopicRate } from '@pulsemq/protocol';
import { currentRate, type LiveTopic } from './live-topic.js';
import type { Monitor } from './monitor.js';
import { tenths } from './rounding.js';

/** Rows of each list in a snapshot. */
const listedCount = 10;

/** The state of the whole broker at this moment, as the dashboard shows it. */
export const systemFigures = (
  monitor: Monitor,
  version: string,
  problems: readonly BrokerProblem[],
): SystemFigures => ({
  at: new Date().toISOString(),
  version,
  uptime_seconds: Math.floor(process.uptime()),
  problems,
  ...traffic(monitor),
  ...state(monitor),
  ...lateness(monitor),
  ...topicLists(monitor),
  slowest: slowest(monitor),
});

function traffic({ counters, rates }: Monitor) {
  return {
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
    },
    conflated_total: counters.conflatedCount,
    auth_total: counters.authOkCount + counters.authFailedCount,
    auth_fail: counters.authFailedCount,
    perm_denied: counters.permissionDeniedCount,
  } satisfies Partial<SystemFigures>;
}

function state({ counters, whole, users, process }: Monitor) {
  return {
    connections: counters.connectionCount,
    sessions: counters.sessionCount,
    subscribers: counters.subscriberCount,
    online_users: users.onlineCount,
    topics: counters.routeCount,
    slow_subscribers: whole?.slowSubscriberCount ?? 0,
    queued_bytes: counters.queuedBytes,
    memory_mb: process.memoryMb,
    cpu_percent: process.cpuPercent,
  } satisfies Partial<SystemFigures>;
}

function lateness({ recorder, process, whole }: Monitor) {
  return {
    publisher_to_broker_ms: recorder.lastSecond?.publisherDelays.figures() ?? null,
    broker_to_socket_us: recorder.lastSecond?.brokerDelays.figures() ?? null,
    control_loop_lag_ms: process.loopLagMs,
    engine_loop_lag_ms: tenths(whole?.loopLagMs ?? 0),
  } satisfies Partial<SystemFigures>;
}

function topicLists(monitor: Monitor) {
  const topics = monitor.topics.busiest();
  const stale = topics.filter(({ row }) => row?.isPublisherGone === 1);
  return {
    stale_topics: stale.length,
    top_topics: topics.slice(0, listedCount).map((one) => topicRate(one, monitor)),
    stale: stale
      .sort((left, right) => left.row!.lastPublishedMs - right.row!.lastPublishedMs)
      .slice(0, listedCount)
      .map((one) => staleTopic(one, monitor)),
  } satisfies Partial<SystemFigures>;
}

const topicRate = (one: LiveTopic, { topicIds }: Monitor): TopicRate => ({
  id: topicIds.of(one.namespace, one.topic),
  namespace: one.namespace,
  name: one.topic,
  msg_rate: currentRate(one),
  byte_rate: currentRate(one) === 0 ? 0 : one.byteRate,
});

const staleTopic = (one: LiveTopic, { topicIds, usernameOf }: Monitor): StaleTopic => ({
  id: topicIds.of(one.namespace, one.topic),
  namespace: one.namespace,
  name: one.topic,
  last_published_at: new Date(one.row!.lastPublishedMs).toISOString(),
  last_publisher: usernameOf(one.row!.publisherUserId),
});

const slowest = ({ connections, usernameOf }: Monitor): SystemFigures['slowest'] =>
  connections
    .list('open', usernameOf)
    .sort((left, right) => right.lag_ms - left.lag_ms)
    .slice(0, listedCount)
    .map(slowConnection);

const slowConnection = (one: ApiConnection): SystemFigures['slowest'][number] => ({
  connection_id: one.connection_id,
  username: one.username,
  address: one.address,
  lag_ms: one.lag_ms,
  queued_bytes: one.queued_bytes,
  dropped_total: one.drops.hwm + one.drops.outbox_bytes + one.drops.outbox_total_bytes + one.drops.at_close,
  is_slow: one.is_slow,
});
