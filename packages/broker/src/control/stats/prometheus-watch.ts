import { Counter, Gauge, type Registry } from 'prom-client';
import { gauge } from './exported-values.js';
import { feedAges } from './feed-ages.js';
import type { Monitor } from './monitor.js';

/** What the metrics say of alerts, and of what only alerts need. */
export interface AlertingCounts {
  /** Alerts that are firing, and neither acknowledged nor muted. */
  readonly firingCount: number;
  readonly webhooks: { readonly sentCount: number; readonly lostCount: number };
  /** Used part of the file system of the database; null while it is unknown. */
  readonly diskUsedRatio: number | null;
}

/** Figures of freshness rules. */
export function addFreshness(registry: Registry, monitor: Monitor): void {
  gauge(
    registry,
    'pulsemq_topics_stale',
    'Topics that are stale by the freshness rules of their namespaces.',
    () => monitor.counters.staleTopicCount,
  );
  new Gauge({
    name: 'pulsemq_feed_age_seconds',
    help: 'Age of the newest message of each topic that a freshness rule watches inside its hours, by quantile over these topics.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { quantile, seconds } of feedAges(monitor, Date.now())) this.set({ quantile }, seconds);
    },
  });
}

/** Figures of alerts. */
export function addAlerting(registry: Registry, alerting: AlertingCounts): void {
  gauge(
    registry,
    'pulsemq_alerts_firing',
    'Alerts that are firing, and neither acknowledged nor muted.',
    () => alerting.firingCount,
  );
  new Counter({
    name: 'pulsemq_webhook_messages_total',
    help: 'Messages to webhooks, by result: taken by the receiver (sent), or given up (lost).',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ result: 'sent' }, alerting.webhooks.sentCount);
      this.inc({ result: 'lost' }, alerting.webhooks.lostCount);
    },
  });
  new Gauge({
    name: 'pulsemq_disk_used_ratio',
    help: 'Used part of the file system that holds the database, from 0 to 1.',
    registers: [registry],
    collect() {
      this.reset();
      if (alerting.diskUsedRatio !== null) this.set(alerting.diskUsedRatio);
    },
  });
}
