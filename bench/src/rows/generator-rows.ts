import { directPeer } from '../peers/direct.js';
import { directLatency } from '../workloads/latency.js';
import { deliveryRate, throughput, wireRate } from '../workloads/throughput.js';
import { everything, topicList } from '../workloads/topics.js';
import type { Workload } from '../workloads/workload.js';

/** What the generators can do with no broker between: every figure of a broker must stay well below. */
export const generatorRows: readonly Workload[] = [
  {
    name: 'generators',
    title: 'no broker: generator to generator, 100 B',
    figures: [deliveryRate, wireRate],
    peers: [directPeer],
    targets: [],
    run: (peer, effort) =>
      throughput(
        peer,
        { payloadBytes: 100, topics: topicList(100), publisherCount: 1, interests: everything(1), windowCount: 0 },
        effort,
      ),
  },
  ...[10, 100, 500].map(
    (thousand): Workload => ({
      name: `generators-${thousand}k`,
      title: `no broker: delay at ${thousand},000 msg/s`,
      figures: [
        { name: 'p50_us', unit: 'us P50', moreIsBetter: false },
        { name: 'p99_us', unit: 'us P99', moreIsBetter: false },
        { name: 'received_per_second', unit: 'received/s', moreIsBetter: true },
      ],
      peers: [directPeer],
      targets: [],
      run: (peer, effort) => directLatency(peer, thousand * 1_000 * effort.scale, effort),
    }),
  ),
];
