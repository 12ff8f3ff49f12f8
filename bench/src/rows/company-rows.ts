import { natsPeer } from '../peers/nats.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { besideBatches } from '../workloads/beside-batches.js';
import { connectsAtOnce } from '../workloads/connects.js';
import { besideDashboards } from '../workloads/dashboards.js';
import { idleConnections } from '../workloads/idle-connections.js';
import { dropped } from '../workloads/throughput.js';
import type { Figure, Workload } from '../workloads/workload.js';
import { atMost, withinNats } from './targets.js';

const less = (name: string, unit: string): Figure => ({ name, unit, moreIsBetter: false });
const more = (name: string, unit: string): Figure => ({ name, unit, moreIsBetter: true });

const p99Beside = less('p99_beside_us', 'us P99');
const p99Growth = less('p99_growth', 'x P99 without');
const p50Growth = less('p50_growth', 'x P50 without');
const stall = less('stall_ms', 'ms longest stall');
const kibibytesEach = less('kibibytes_each', 'KiB each');
const connections = more('connections', 'connections');

/** What ticks have to bear beside them. */
export const companyRows: readonly Workload[] = [
  {
    name: 'ticks-beside-batches',
    title: '10,000 msg/s beside ten 10 MB batches a second',
    figures: [p99Beside, less('p99_alone_us', 'us P99 without'), p99Growth, less('max_beside_us', 'us max'), dropped],
    peers: [pulsemqPeer, natsPeer],
    targets: [withinNats(p99Beside, 1)],
    rounds: 5,
    run: besideBatches,
  },
  {
    name: 'dashboards',
    title: '100,000 msg/s beside 10 dashboards and 50 log-ins',
    figures: [
      less('p50_beside_us', 'us P50'),
      less('p50_alone_us', 'us P50 without'),
      p50Growth,
      p99Beside,
      less('p99_alone_us', 'us P99 without'),
      p99Growth,
      more('polls_per_second', 'polls/s'),
      more('log_ins_per_second', 'log-ins/s'),
      less('failed_requests', 'requests failed'),
      dropped,
    ],
    peers: [pulsemqPeer],
    targets: [atMost(p50Growth, 1.2), atMost(p99Growth, 3)],
    rounds: 5,
    run: besideDashboards,
  },
  {
    name: 'connects-at-once',
    title: '10,000 msg/s while 3,000 connect at once',
    figures: [stall, less('stall_alone_ms', 'ms without'), less('connecting_ms', 'ms until all are in'), connections],
    peers: [pulsemqPeer, natsPeer],
    targets: [atMost(stall, 50)],
    run: connectsAtOnce,
  },
  {
    name: 'idle-connections',
    title: 'idle connections on the subscriber port',
    figures: [kibibytesEach, connections],
    peers: [pulsemqPeer],
    targets: [atMost(kibibytesEach, 12)],
    run: idleConnections,
  },
];
