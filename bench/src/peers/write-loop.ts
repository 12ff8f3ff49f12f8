import type { Peer } from './peer.js';
import { compiled, freePort, startReady, stopProcess } from './process.js';

/** A C write loop to `connectionCount` connections: the limit of kernel and readers. */
export const writeLoopPeer = (connectionCount: number): Peer => ({
  name: 'C write loop',
  wire: 'rawBytes',
  isSource: true,
  describe: () => compiled('write-loop') && 'a C loop of 256 KiB writes to each connection in turn, no broker',
  start: async () => {
    const port = await freePort();
    const child = await startReady(compiled('write-loop')!, [String(port), String(connectionCount)]);
    return { address: { pubPort: port, subPort: port }, pid: child.pid!, stop: () => stopProcess(child) };
  },
});
