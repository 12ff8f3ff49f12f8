import { Gauge, type Registry } from 'prom-client';
import type { ClusterWatch } from '../cluster/cluster-watch.js';
import { counter, gauge } from './exported-values.js';

/** Figures of the cluster; none for a broker on its own. Brokers are labels: there are few, and operators name them. */
export function addCluster(registry: Registry, cluster: ClusterWatch): void {
  if (!cluster.isOn) return;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  gauge(registry, 'pulsemq_cluster_connected', '1 while this broker is connected to a server of NATS.', () =>
    cluster.state.is_connected ? 1 : 0,
  );
  gauge(
    registry,
    'pulsemq_cluster_brokers',
    'Other brokers that can be reached.',
    () => cluster.state.peers.filter(({ health }) => health === 'live').length,
  );
  counter(registry, 'pulsemq_cluster_received_total', 'Messages that came from other brokers.', () =>
    sum(cluster.state.peers.map(({ received_total }) => received_total)),
  );
  counter(registry, 'pulsemq_cluster_lost_total', 'Messages of other brokers that never came.', () =>
    sum(cluster.state.peers.map(({ lost_total }) => lost_total)),
  );
  counter(
    registry,
    'pulsemq_cluster_bad_total',
    'What other brokers sent and this one dropped.',
    () => sum(cluster.state.peers.map(({ bad_total }) => bad_total)) + cluster.state.foreign_total,
  );
  addPairs(registry, cluster);
}

function addPairs(registry: Registry, cluster: ClusterWatch): void {
  const pairGauge = (
    name: string,
    help: string,
    read: (pair: ClusterWatch['state']['pairs'][number]) => number,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['to'],
      registers: [registry],
      collect() {
        this.reset();
        const { own, pairs, peers } = cluster.state;
        for (const pair of pairs.filter(({ from }) => from === own?.id)) {
          this.set({ to: peers.find(({ id }) => id === pair.to)?.name ?? pair.to }, read(pair));
        }
      },
    });
  };
  pairGauge(
    'pulsemq_cluster_unconfirmed_bytes',
    'Bytes on their way to another broker.',
    (pair) => pair.unconfirmed_bytes,
  );
  pairGauge(
    'pulsemq_cluster_lag_seconds',
    'Age of the oldest message on its way to another broker.',
    (pair) => pair.lag_ms / 1e3,
  );
  pairGauge(
    'pulsemq_cluster_skipped_messages',
    'Messages that were not sent to another broker since their last contact.',
    (pair) => pair.skipped_total,
  );
}
