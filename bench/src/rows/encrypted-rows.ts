import { brokerPeer, commonConfig, pulsemqPeer, repositoryRoot } from '../peers/pulsemq.js';
import { encrypted } from '../workloads/encrypted.js';
import { deliveryRate, dropped } from '../workloads/figures.js';
import type { Workload } from '../workloads/workload.js';

const encryptedPeer = (name: string, encryption: 'curve' | 'tls') =>
  brokerPeer(name, `the same broker and client, encrypted by ${name}`, {
    root: repositoryRoot,
    config: commonConfig,
    encryption,
  });

const curve = encryptedPeer('CURVE', 'curve');
const tls = encryptedPeer('TLS', 'tls');

const row = (name: string, receiverCount: number, peer: typeof curve, targets: Workload['targets']): Workload => ({
  name,
  title: `our client in clear text and by ${peer.name}: 1 publisher, ${receiverCount} receiving, 100 bytes`,
  figures: [deliveryRate, dropped],
  peers: [pulsemqPeer, peer],
  targets,
  run: (running, effort) => encrypted(running, receiverCount, effort),
});

/** Clear text may have at most this many times the figure of an encrypted row. */
const atMostTimes = (peer: string, factor: number): Workload['targets'] => [
  { text: `at most ${factor} x ${peer}`, figure: deliveryRate.name, peer, atMost: factor },
];

/** What encryption costs: the same broker and the same client, with and without it. The floor of CURVE is 50,000 msg/s, the aim 100,000. */
export const encryptedRows: readonly Workload[] = [
  row('curve-1-1', 1, curve, []),
  row('tls-1-1', 1, tls, atMostTimes('TLS', 2.5)),
  row('tls-1-10', 10, tls, atMostTimes('TLS', 5)),
];
