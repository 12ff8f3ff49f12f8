import { z } from 'zod';
import { prometheusRegistry } from '../../stats/prometheus.js';
import type { AdminApp } from '../admin-app.js';
import type { AdminContext } from '../admin-context.js';
import { refusals } from '../schemas/fields.js';

/** Figures for Prometheus. */
export function metricsRoutes(
  app: AdminApp,
  { monitor, version, config, limits, guard, readiness, alerts, webhooks, disk, cluster }: AdminContext,
): void {
  const faults = {
    limitHits: limits.hits,
    get caughtErrorCount() {
      return guard.caughtCount;
    },
    get isStoreWritable() {
      return readiness.known().length === 0;
    },
  };
  const alerting = {
    webhooks: webhooks.totals,
    get firingCount() {
      return alerts.firingCount;
    },
    get diskUsedRatio() {
      return disk.usedRatio;
    },
  };
  const registry = prometheusRegistry(monitor, { faults, alerting, cluster }, version);
  app.get(
    '/metrics',
    {
      config: { access: 'administrator', otherToken: config.config.monitoring.metrics_token },
      schema: {
        summary: 'Figures of the whole broker for Prometheus',
        description:
          'For administrators, and for programs that send `monitoring.metrics_token` as the bearer token. Has no figures of single topics, because any publisher can create names.',
        tags: ['statistics'],
        response: {
          200: {
            description: 'Text in the Prometheus exposition format 0.0.4',
            content: { 'text/plain': { schema: z.string() } },
          },
          ...refusals,
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
