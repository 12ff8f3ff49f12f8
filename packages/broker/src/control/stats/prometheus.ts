import { Counter, Gauge, Registry } from 'prom-client';
import type { EngineCounters } from '../../port-counters.js';
import type { ClusterWatch } from '../cluster/cluster-watch.js';
import { counter, gauge } from './exported-values.js';
import type { Monitor } from './monitor.js';
import { addBars } from './prometheus-bars.js';
import { addCluster } from './prometheus-cluster.js';
import { addJournal } from './prometheus-journal.js';
import { type AlertingCounts, addAlerting, addFreshness } from './prometheus-watch.js';
import { addTotalHistogram } from './total-histogram.js';

/** Upper bounds in microseconds: 16 us to 1 s, each twice the one before. */
const brokerBounds = Array.from({ length: 17 }, (_, index) => 16 * 2 ** index - 1);
/** Upper bounds in milliseconds: 1 ms to 65 s. */
const publisherBounds = Array.from({ length: 17 }, (_, index) => 2 ** index - 1);

/** What the control plane counts itself. */
export interface FaultCounts {
  /** How often each limit was reached. */
  readonly limitHits: Readonly<Record<string, number>>;
  /** Errors that were caught. */
  readonly caughtErrorCount: number;
  /** False while the store cannot be written. */
  readonly isStoreWritable: boolean;
}

/** What the control plane counts beside the figures of the monitor. */
export interface OwnCounts {
  readonly faults: FaultCounts;
  readonly alerting: AlertingCounts;
  readonly cluster: ClusterWatch;
}

/** Reasons of drops, as values of the label `reason`. */
const dropReasons = {
  hwm: 'hwm',
  outboxBytes: 'outbox_bytes',
  outboxTotalBytes: 'outbox_total_bytes',
  atClose: 'at_close',
} as const satisfies Record<keyof EngineCounters['dropped'], string>;

/**
 * Figures of the whole broker for Prometheus, in its base units, seconds and bytes. Topics, users and connections are not labels: any
 * publisher can create names, and each would add a series for good. `GET /api/stats/topics` has figures by topic.
 */
export function prometheusRegistry(
  monitor: Monitor,
  { faults, alerting, cluster }: OwnCounts,
  version: string,
): Registry {
  const registry = new Registry();
  addTraffic(registry, monitor);
  addState(registry, monitor);
  addFreshness(registry, monitor);
  addLatency(registry, monitor);
  addJournal(registry, () => monitor.counters.journal);
  addBars(registry, () => monitor.counters.bars);
  addFaults(registry, monitor, faults);
  addAlerting(registry, alerting);
  addCluster(registry, cluster);
  addProcess(registry, monitor, version);
  return registry;
}

function addTraffic(registry: Registry, monitor: Monitor): void {
  const total = (name: string, help: string, read: (counters: EngineCounters) => number): void =>
    counter(registry, name, help, () => read(monitor.counters));
  total('pulsemq_messages_published_total', 'Messages accepted from publishers.', (now) => now.publishedCount);
  total('pulsemq_published_bytes_total', 'Bytes of the published payloads.', (now) => now.publishedBytes);
  total(
    'pulsemq_messages_delivered_total',
    'Messages written to sockets of subscribers, counted once for each subscriber.',
    (now) => now.deliveredCount,
  );
  total(
    'pulsemq_delivered_bytes_total',
    'Bytes of the delivered messages, as written on the wire.',
    (now) => now.deliveredBytes,
  );
  total(
    'pulsemq_permission_denied_total',
    'Messages refused because the publisher lacks the right.',
    (now) => now.permissionDeniedCount,
  );
  total(
    'pulsemq_conflated_total',
    'Updates that conflation left out, because a newer one of their topic came first; counted once for each subscriber.',
    (now) => now.conflatedCount,
  );
  addDrops(registry, monitor);
  addAuthentications(registry, monitor);
}

function addDrops(registry: Registry, monitor: Monitor): void {
  new Counter({
    name: 'pulsemq_messages_dropped_total',
    help: 'Messages a subscriber lost: its outbox was full by count (hwm) or by bytes, all outboxes together were full, or it disconnected.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, label] of Object.entries(dropReasons) as [keyof typeof dropReasons, string][]) {
        this.inc({ reason: label }, monitor.counters.dropped[reason]);
      }
    },
  });
}

function addAuthentications(registry: Registry, monitor: Monitor): void {
  new Counter({
    name: 'pulsemq_authentications_total',
    help: 'AUTH requests, by result.',
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
  state('pulsemq_connections', 'Open TCP connections on both ports.', () => monitor.counters.connectionCount);
  state('pulsemq_sessions', 'Authenticated sessions.', () => monitor.counters.sessionCount);
  state('pulsemq_subscribers', 'Connections on the subscriber port.', () => monitor.counters.subscriberCount);
  state('pulsemq_slow_subscribers', 'Subscribers whose outbox is more than half full.', () =>
    monitor.whole === null ? 0 : monitor.whole.slowSubscriberCount,
  );
  state(
    'pulsemq_online_users',
    'Users with an open session, or a subscriber logged in without one.',
    () => monitor.users.onlineCount,
  );
  state('pulsemq_topics', 'Topics that were published to since the broker started.', () => monitor.counters.routeCount);
  state('pulsemq_queued_bytes', 'Bytes queued for subscribers.', () => monitor.counters.queuedBytes);
  state('pulsemq_last_values_bytes', 'Bytes of the stored last values.', () => monitor.whole?.imageBytes ?? 0);
}

/** A limit of both planes, such as `descriptors`, has one sample for each. */
function addFaults(registry: Registry, monitor: Monitor, faults: FaultCounts): void {
  new Counter({
    name: 'pulsemq_limit_hits_total',
    help: 'Times that a limit was reached, by limit.',
    labelNames: ['limit', 'plane'],
    registers: [registry],
    collect() {
      this.reset();
      const planes = { engine: monitor.counters.limitHits, control: faults.limitHits };
      for (const [plane, hits] of Object.entries(planes)) {
        for (const [limit, count] of Object.entries(hits)) this.inc({ limit: snakeCase(limit), plane }, count);
      }
    },
  });
  new Counter({
    name: 'pulsemq_caught_errors_total',
    help: 'Mistakes of the broker that were caught and logged with their stack.',
    labelNames: ['plane'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ plane: 'engine' }, monitor.counters.caughtErrorCount);
      this.inc({ plane: 'control' }, faults.caughtErrorCount);
    },
  });
  gauge(registry, 'pulsemq_store_writable', '1 when the last write to the store succeeded, 0 when it failed.', () =>
    faults.isStoreWritable ? 1 : 0,
  );
  gauge(
    registry,
    'pulsemq_pending_connections',
    'Connections without a log-in.',
    () => monitor.counters.pendingConnectionCount,
  );
  gauge(
    registry,
    'pulsemq_inbound_bytes',
    'Bytes of messages that have begun to arrive.',
    () => monitor.counters.inboundBytes,
  );
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function addLatency(registry: Registry, { recorder }: Monitor): void {
  addTotalHistogram(registry, {
    name: 'pulsemq_publisher_to_broker_seconds',
    help: "Time from a message's timestamp to the broker's read of it, in whole milliseconds of two clocks.",
    delays: recorder.publisherDelays,
    unitsPerSecond: 1e3,
    bounds: publisherBounds,
  });
  counter(
    registry,
    'pulsemq_publisher_clock_ahead_messages_total',
    'Messages with a timestamp ahead of the broker, which no histogram counts.',
    () => recorder.aheadCount,
  );
  addTotalHistogram(registry, {
    name: 'pulsemq_broker_to_socket_seconds',
    help: "Time from the broker's read of a message to the end of the turn that wrote it to sockets.",
    delays: recorder.brokerDelays,
    unitsPerSecond: 1e6,
    bounds: brokerBounds,
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
    help: 'Always 1; the label has the version.',
    labelNames: ['version'],
    registers: [registry],
    collect() {
      this.set({ version }, 1);
    },
  });
  gauge(
    registry,
    'process_resident_memory_bytes',
    'Resident memory of the process, once a second.',
    () => monitor.process.memoryBytes,
  );
  counter(registry, 'process_cpu_seconds_total', 'CPU time of the process, user and system.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const startedAt = Date.now() / 1e3 - process.uptime();
  gauge(registry, 'process_start_time_seconds', 'Start of the process, Unix time.', () => startedAt);
}
