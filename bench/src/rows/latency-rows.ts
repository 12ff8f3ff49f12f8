import { natsPeer } from '../peers/nats.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { openingBurst } from '../workloads/burst.js';
import { subscribeChurn } from '../workloads/churn.js';
import { latency } from '../workloads/latency.js';
import { dropped } from '../workloads/throughput.js';
import type { Figure, Workload } from '../workloads/workload.js';
import { atMost, withinNats } from './targets.js';

const less = (name: string, unit: string): Figure => ({ name, unit, moreIsBetter: false });

const p50 = less('p50_us', 'us P50');
const p99 = less('p99_us', 'us P99');
const idleP50 = less('idle_p50_us', 'us P50, idle pair');
const idleP99 = less('idle_p99_us', 'us P99, idle pair');
const engineP50 = less('engine_p50_us', 'us P50, read to write');
const engineP99 = less('engine_p99_us', 'us P99, read to write');
const received: Figure = { name: 'received_per_second', unit: 'received/s', moreIsBetter: true };
const answered: Figure = { name: 'answered_per_second', unit: 'requests answered/s', moreIsBetter: true };
const peers = [pulsemqPeer, natsPeer];

const steadyRow = (thousand: number): Workload => ({
  name: `latency-${thousand}k`,
  title: `latency at ${thousand},000 msg/s, 1 -> 1`,
  figures: [p50, p99, idleP50, idleP99, engineP50, engineP99, received, dropped],
  peers,
  targets: [
    withinNats(p50, 1, idleP50.name),
    withinNats(p99, 1.1, idleP99.name),
    ...(thousand === 100 ? [atMost(p50, 100)] : []),
  ],
  rounds: 5,
  run: (peer, effort) => latency(peer, thousand * 1_000 * effort.scale, effort),
});

export const latencyRows: readonly Workload[] = [
  steadyRow(10),
  steadyRow(100),
  steadyRow(500),
  {
    name: 'subscribe-churn',
    title: '50,000 msg/s beside 5,000 SUB and UNSUB a second',
    figures: [p50, p99, less('p99_alone_us', 'us P99 without'), answered, dropped],
    peers,
    targets: [],
    run: subscribeChurn,
  },
  {
    name: 'opening-burst',
    title: '5,000 -> 200,000 msg/s for 2 s',
    figures: [less('drain_ms', 'ms to drain'), less('max_ms', 'ms at worst'), p50, p99, dropped],
    peers,
    targets: [],
    run: openingBurst,
  },
];
