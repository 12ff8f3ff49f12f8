import { clusterPeer } from '../peers/cluster.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { deliveryRate, dropped, less, p50, p99, receivedRate } from '../workloads/figures.js';
import { latency } from '../workloads/latency.js';
import { throughput } from '../workloads/throughput.js';
import { everything, topicList } from '../workloads/topics.js';
import type { Workload } from '../workloads/workload.js';

const peers = [pulsemqPeer, clusterPeer];
const idleP50 = less('idle_p50_us', 'us P50, idle');

/** The same with one broker, and from one broker over NATS to another. The floor over NATS is 0.6 M deliveries/s, and 500 us more at P50. */
export const clusterRows: readonly Workload[] = [
  {
    name: 'cluster-1-1',
    title: '100 B, 1 -> 1, 100 topics, over NATS',
    figures: [deliveryRate, dropped],
    peers,
    targets: [],
    run: (peer, effort) => {
      const interests = everything(1);
      const options = { payloadBytes: 100, topics: topicList(100), publisherCount: 1, interests, windowCount: 20_000 };
      return throughput(peer, options, effort);
    },
  },
  {
    name: 'cluster-latency-10k',
    title: 'latency at 10,000 msg/s, 1 -> 1, over NATS',
    figures: [p50, p99, idleP50, receivedRate, dropped],
    peers,
    targets: [],
    run: (peer, effort) => latency(peer, 10_000 * effort.scale, effort),
  },
];
