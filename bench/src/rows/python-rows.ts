import { pythonVersions } from '../load/python-process.js';
import { libzmqOnePeer } from '../peers/libzmq.js';
import { natsPeer } from '../peers/nats.js';
import type { Peer } from '../peers/peer.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { dropped, less, more } from '../workloads/figures.js';
import { pythonPublish, pythonReceive } from '../workloads/python.js';
import { timesNats } from '../workloads/targets.js';
import type { Target, Workload } from '../workloads/workload.js';

const rate = more('messages_per_second', 'msg/s');
const cpu = less('library_cpu_seconds_per_million', 'CPU s/M, client process');

const row = (
  name: string,
  title: string,
  peers: readonly Peer[],
  targets: readonly Target[],
  run: Workload['run'],
): Workload => ({
  name,
  title: `Python client against nats-py and plain pyzmq: ${title}`,
  figures: [rate, cpu, dropped],
  peers,
  targets,
  isInstalled: () => pythonVersions() !== undefined,
  run,
});

/** The Python client, with nats-py on NATS and pyzmq on a libzmq proxy. */
export const pythonRows: readonly Workload[] = [
  row(
    'python-receive-iterator',
    'receive by iterating (pyzmq: recv)',
    [pulsemqPeer, natsPeer, libzmqOnePeer],
    [timesNats(rate, 4)],
    (peer, effort) => pythonReceive(peer, 'iterator', effort),
  ),
  row(
    'python-receive-callback',
    'receive by callback',
    [pulsemqPeer, natsPeer],
    [timesNats(rate, 1.3)],
    (peer, effort) => pythonReceive(peer, 'callback', effort),
  ),
  row(
    'python-publish-many',
    'publish, acknowledged by PulseMQ only',
    [pulsemqPeer, natsPeer],
    [timesNats(rate, 1)],
    pythonPublish,
  ),
];
