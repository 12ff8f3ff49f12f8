import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WireName } from '../wire/wires.js';
import type { Peer } from './peer.js';
import { firstLine, freePort, nativeFolder, peersFolder, startListening, stopProcess } from './process.js';

const binary = join(peersFolder, 'zmq-proxy');

/** Compiled at the first use, where a compiler and the headers are. */
const isCompiled = (): boolean =>
  existsSync(binary) ||
  firstLine('sh', '-c', `cc -O2 -o '${binary}' '${join(nativeFolder, 'zmq-proxy.c')}' -lzmq && echo done`) === 'done';

const libzmqPeer = (name: string, wire: WireName): Peer => ({
  name,
  wire,
  describe: () => (isCompiled() ? 'libzmq zmq_proxy XSUB/XPUB, high-water marks off' : undefined),
  start: async () => {
    const [pubPort, subPort] = [await freePort(), await freePort()];
    const child = await startListening(binary, [String(pubPort), String(subPort)], subPort);
    return { address: { pubPort, subPort }, pid: child.pid!, stop: () => stopProcess(child) };
  },
});

export const libzmqOnePeer = libzmqPeer('libzmq, 1 frame', 'libzmq1');
export const libzmqSevenPeer = libzmqPeer('libzmq, 7 frames', 'libzmq7');
