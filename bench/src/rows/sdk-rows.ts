import { natsPeer } from '../peers/nats.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { dropped, less, more } from '../workloads/figures.js';
import { sdkEndToEnd, sdkPublish, sdkReceive } from '../workloads/sdk.js';
import { timesNats } from '../workloads/targets.js';
import type { Target, Workload } from '../workloads/workload.js';

const rate = more('messages_per_second', 'msg/s');
const share = less('library_cpu_share', 'cores of the client process');

const row = (name: string, title: string, run: Workload['run'], targets: readonly Target[]): Workload => ({
  name,
  title: `SDK against @nats-io/transport-node: ${title}`,
  figures: [rate, share, dropped],
  peers: [pulsemqPeer, natsPeer],
  targets,
  run,
});

/** The client libraries instead of raw sockets. */
export const sdkRows: readonly Workload[] = [
  row('sdk-publish', 'publish, acknowledged by PulseMQ only', sdkPublish, [timesNats(rate, 1)]),
  row('sdk-receive-callback', 'receive by callback', (peer, effort) => sdkReceive(peer, 'callback', effort), [
    timesNats(rate, 2),
  ]),
  row('sdk-receive-iterator', 'receive by iterating', (peer, effort) => sdkReceive(peer, 'iterator', effort), [
    timesNats(rate, 2),
  ]),
  row('sdk-end-to-end', 'publish, and iterate', sdkEndToEnd, []),
];
