import type { Peer } from './peer.js';
import { freePort } from './process.js';

/** No broker: publisher and subscriber joined by one connection. Shows what the generators can do. */
export const directPeer: Peer = {
  name: 'no broker',
  wire: 'direct',
  describe: () => 'generator to generator over one connection, messages as long as our publishes',
  start: async () => {
    const port = await freePort();
    return { address: { pubPort: port, subPort: port }, pid: 0, stop: async () => {} };
  },
};
