import { natsPeer } from '../peers/nats.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { sdkEndToEnd, sdkPublish, sdkReceive } from '../workloads/sdk.js';
import { dropped } from '../workloads/throughput.js';
import type { Figure, Target, Workload } from '../workloads/workload.js';
import { timesNats } from './targets.js';

const rate: Figure = { name: 'messages_per_second', unit: 'msg/s', moreIsBetter: true };
const share: Figure = { name: 'library_cpu_share', unit: 'of a core, library', moreIsBetter: false };

const row = (name: string, title: string, run: Workload['run'], targets: readonly Target[]): Workload => ({
  name,
  title: `SDK against @nats-io/transport-node: ${title}`,
  figures: [rate, share, dropped],
  peers: [pulsemqPeer, natsPeer],
  targets,
  run,
});

export const sdkRows: readonly Workload[] = [
  row('sdk-publish', 'publish, ours acknowledged', sdkPublish, [timesNats(rate, 1)]),
  row('sdk-receive-callback', 'receive by callback', (peer, effort) => sdkReceive(peer, 'callback', effort), [
    timesNats(rate, 2),
  ]),
  row('sdk-receive-iterator', 'receive by iterating', (peer, effort) => sdkReceive(peer, 'iterator', effort), [
    timesNats(rate, 2),
  ]),
  row('sdk-end-to-end', 'publish, and iterate', sdkEndToEnd, []),
];
