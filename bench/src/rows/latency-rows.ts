import { natsPeer } from '../peers/nats.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { dropped, less, p50, p99, receivedRate } from '../workloads/figures.js';
import { latency } from '../workloads/latency.js';
import { atMost, withinNats } from '../workloads/targets.js';
import type { Workload } from '../workloads/workload.js';

const idleP50 = less('idle_p50_us', 'us P50, idle');
const idleP99 = less('idle_p99_us', 'us P99, idle');
const engineP50 = less('engine_p50_us', 'us P50, read to write');
const engineP99 = less('engine_p99_us', 'us P99, read to write');

const steadyRow = (thousand: number): Workload => ({
  name: `latency-${thousand}k`,
  title: `latency at ${thousand},000 msg/s, 1 -> 1`,
  figures: [p50, p99, idleP50, idleP99, engineP50, engineP99, receivedRate, dropped],
  peers: [pulsemqPeer, natsPeer],
  targets: [
    withinNats(p50, 1, idleP50.name),
    withinNats(p99, 1.1, idleP99.name),
    ...(thousand === 100 ? [atMost(p50, 100)] : []),
  ],
  rounds: 5,
  run: (peer, effort) => latency(peer, thousand * 1_000 * effort.scale, effort),
});

/** Delay at a steady rate. */
export const latencyRows: readonly Workload[] = [steadyRow(10), steadyRow(100), steadyRow(500)];
