import type { WireName } from '../wire/wires.js';
import type { Peer } from './peer.js';
import { compiled, freePort, startReady, stopProcess } from './process.js';

const binary = (): string | undefined => compiled('zmq-proxy', '-lzmq');

const libzmqPeer = (name: string, wire: WireName): Peer => ({
  name,
  wire,
  describe: () => binary() && 'libzmq zmq_proxy XSUB/XPUB, high-water marks off',
  start: async () => {
    const [pubPort, subPort] = [await freePort(), await freePort()];
    const child = await startReady(binary()!, [String(pubPort), String(subPort)]);
    return { address: { pubPort, subPort }, pid: child.pid!, stop: () => stopProcess(child) };
  },
});

export const libzmqOnePeer = libzmqPeer('libzmq (1 frame)', 'libzmq1');
export const libzmqSevenPeer = libzmqPeer('libzmq (7 frames)', 'libzmq7');
