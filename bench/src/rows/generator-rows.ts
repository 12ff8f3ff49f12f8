import { directPeer } from '../peers/direct.js';
import { deliveryRate, p50, p99, receivedRate, wireRate } from '../workloads/figures.js';
import { directLatency } from '../workloads/latency.js';
import { throughput } from '../workloads/throughput.js';
import { everything, topicList } from '../workloads/topics.js';
import type { Workload } from '../workloads/workload.js';

const options = {
  payloadBytes: 100,
  topics: topicList(100),
  publisherCount: 1,
  interests: everything(1),
  windowCount: 0,
};

const delayRow = (thousand: number): Workload => ({
  name: `generators-${thousand}k`,
  title: `no broker: delay at ${thousand},000 msg/s`,
  figures: [p50, p99, receivedRate],
  peers: [directPeer],
  targets: [],
  run: (peer, effort) => directLatency(peer, thousand * 1_000 * effort.scale, effort),
});

/** The limit of the load generators, without a broker. Every figure of a broker must stay well below. */
export const generatorRows: readonly Workload[] = [
  {
    name: 'generators',
    title: 'no broker: generator to generator, 100 B',
    figures: [deliveryRate, wireRate],
    peers: [directPeer],
    targets: [],
    run: (peer, effort) => throughput(peer, options, effort),
  },
  delayRow(10),
  delayRow(100),
  delayRow(500),
];
