import type { ApiConnection, BrokerProblem, StaleTopic, SystemFigures, TopicRate } from '@pulsemq/protocol';
import { currentRate, type LiveTopic } from './live-topic.js';
import type { Monitor } from './monitor.js';
import { tenths } from './rounding.js';
import { type NamedStatus, timeOfUs } from './topic-statuses.js';

/** Rows of each list in a snapshot. */
const listedCount = 10;

/** The state of the whole broker at this moment, as the dashboard shows it. */
export const systemFigures = (
  monitor: Monitor,
  version: string,
  problems: readonly BrokerProblem[],
  firingCount: number,
): SystemFigures => ({
  at: new Date().toISOString(),
  version,
  uptime_seconds: Math.floor(process.uptime()),
  problems,
  alerts: { firing: firingCount },
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
  const { statuses } = monitor;
  return {
    stale_topics: statuses.staleCount,
    top_topics: topics.slice(0, listedCount).map((one) => topicRate(one, monitor)),
    stale: firstOf(statuses.stale(), listedCount).map((one) => staleTopic(one, monitor)),
  } satisfies Partial<SystemFigures>;
}

const topicRate = (one: LiveTopic, { topicIds }: Monitor): TopicRate => ({
  id: topicIds.of(one.namespace, one.topic),
  namespace: one.namespace,
  name: one.topic,
  msg_rate: currentRate(one),
  byte_rate: currentRate(one) === 0 ? 0 : one.byteRate,
});

function staleTopic({ namespace, status }: NamedStatus, { topicIds, topics, usernameOf }: Monitor): StaleTopic {
  const row = topics.live(namespace, status.topic)?.row ?? null;
  return {
    id: topicIds.of(namespace, status.topic),
    namespace,
    name: status.topic,
    last_published_at: row === null ? null : new Date(row.lastPublishedMs).toISOString(),
    last_publisher: row === null ? null : usernameOf(row.publisherUserId),
    stale_since: timeOfUs(status.since_us),
    reason: status.reason,
  };
}

/** The first items, without a walk over the others: there may be 100,000 stale topics. */
function firstOf<Item>(items: Iterator<Item>, count: number): Item[] {
  const first: Item[] = [];
  while (first.length < count) {
    const { done, value } = items.next();
    if (done === true) break;
    first.push(value);
  }
  return first;
}

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
