import { Counter, Gauge, Registry } from 'prom-client';
import type { EngineCounters } from '../../port.js';
import type { Monitor } from './monitor.js';
import { addTotalHistogram } from './total-histogram.js';

/** Microseconds: 16 us to 1 s, each twice the one before. */
const brokerBounds = Array.from({ length: 17 }, (_, index) => 16 * 2 ** index - 1);
/** Milliseconds: 1 ms to 65 s. */
const publisherBounds = Array.from({ length: 17 }, (_, index) => 2 ** index - 1);

/** Names of the drop reasons as label values. */
const dropReasons = {
  hwm: 'hwm',
  outboxBytes: 'outbox_bytes',
  outboxTotalBytes: 'outbox_total_bytes',
  atClose: 'at_close',
} as const satisfies Record<keyof EngineCounters['dropped'], string>;

/**
 * The figures of the whole broker for Prometheus, in its base units, seconds and bytes. There are no labels for topics, users or
 * connections: whoever may publish makes names, and each would be a series that stays. `GET /api/stats/topics` tells of those.
 */
export function prometheusRegistry(monitor: Monitor, version: string): Registry {
  const registry = new Registry();
  addTraffic(registry, monitor);
  addState(registry, monitor);
  addLatency(registry, monitor);
  addProcess(registry, monitor, version);
  return registry;
}

/** A total that is counted elsewhere. */
function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    ...{ name, help, registers: [registry] },
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    ...{ name, help, registers: [registry] },
    collect() {
      this.set(read());
    },
  });
}

function addTraffic(registry: Registry, monitor: Monitor): void {
  const total = (name: string, help: string, read: (counters: EngineCounters) => number): void =>
    counter(registry, name, help, () => read(monitor.counters));
  total('pulsemq_messages_published_total', 'Messages taken from publishers.', (now) => now.publishedCount);
  total('pulsemq_published_bytes_total', 'Bytes of the payloads published.', (now) => now.publishedBytes);
  total(
    'pulsemq_messages_delivered_total',
    'Messages written to sockets of subscribers, one for each subscriber.',
    (now) => now.deliveredCount,
  );
  total('pulsemq_delivered_bytes_total', 'Bytes of the messages written, as on the wire.', (now) => now.deliveredBytes);
  total(
    'pulsemq_permission_denied_total',
    'Publishes refused for want of a right.',
    (now) => now.permissionDeniedCount,
  );
  new Counter({
    name: 'pulsemq_messages_dropped_total',
    help: 'Messages a subscriber lost: its outbox was full of messages (hwm) or bytes, all outboxes were, or it went away.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, label] of Object.entries(dropReasons) as [keyof typeof dropReasons, string][]) {
        this.inc({ reason: label }, monitor.counters.dropped[reason]);
      }
    },
  });
  new Counter({
    name: 'pulsemq_authentications_total',
    help: 'AUTH requests that were judged.',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ result: 'ok' }, monitor.counters.authOkCount);
      this.inc({ result: 'failed' }, monitor.counters.authFailedCount);
    },
  });
}

function addState(registry: Registry, monitor: Monitor): void {
  const state = (name: string, help: string, read: () => number): void => gauge(registry, name, help, read);
  state('pulsemq_connections', 'Open TCP connections of both ports.', () => monitor.counters.connectionCount);
  state('pulsemq_sessions', 'Authenticated sessions.', () => monitor.counters.sessionCount);
  state('pulsemq_subscribers', 'Connections on the subscriber port.', () => monitor.counters.subscriberCount);
  state('pulsemq_slow_subscribers', 'Subscribers past half of what may wait for them.', () =>
    monitor.whole === null ? 0 : monitor.whole.slowSubscriberCount,
  );
  state('pulsemq_online_users', 'Users with a session.', () => monitor.users.onlineCount);
  state('pulsemq_topics', 'Topics published to since the start.', () => monitor.counters.routeCount);
  state('pulsemq_queued_bytes', 'Bytes that wait for subscribers.', () => monitor.counters.queuedBytes);
  state('pulsemq_last_values_bytes', 'Bytes of the last values kept.', () => monitor.whole?.imageBytes ?? 0);
}

function addLatency(registry: Registry, { recorder }: Monitor): void {
  addTotalHistogram(registry, {
    name: 'pulsemq_publisher_to_broker_seconds',
    help: "From a message's timestamp to the broker's read of it, in whole milliseconds of two clocks.",
    ...{ delays: recorder.publisherDelays, unitsASecond: 1e3, bounds: publisherBounds },
  });
  counter(
    registry,
    'pulsemq_publisher_clock_ahead_messages_total',
    'Messages with a timestamp ahead of our clock, which are in no histogram.',
    () => recorder.aheadCount,
  );
  addTotalHistogram(registry, {
    name: 'pulsemq_broker_to_socket_seconds',
    help: "From the broker's read of a message to the end of the turn that wrote it to sockets.",
    ...{ delays: recorder.brokerDelays, unitsASecond: 1e6, bounds: brokerBounds },
  });
}

function addProcess(registry: Registry, monitor: Monitor, version: string): void {
  new Gauge({
    name: 'pulsemq_event_loop_lag_seconds',
    help: 'Worst lateness of a timer in the last second.',
    labelNames: ['thread'],
    registers: [registry],
    collect() {
      this.set({ thread: 'engine' }, (monitor.whole?.loopLagMs ?? 0) / 1e3);
      this.set({ thread: 'control' }, monitor.process.loopLagMs / 1e3);
    },
  });
  new Gauge({
    name: 'pulsemq_build_info',
    help: 'Always 1; the version is its label.',
    labelNames: ['version'],
    registers: [registry],
    collect() {
      this.set({ version }, 1);
    },
  });
  gauge(registry, 'process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  counter(registry, 'process_cpu_seconds_total', 'CPU time, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const startedAt = Date.now() / 1e3 - process.uptime();
  gauge(registry, 'process_start_time_seconds', 'Start of the process, Unix time.', () => startedAt);
}
