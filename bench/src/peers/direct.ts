import type { Peer } from './peer.js';
import { freePort } from './process.js';

/** No broker: publisher and subscriber share one connection. Its figures are the limit of the generators. */
export const directPeer: Peer = {
  name: 'no broker',
  wire: 'direct',
  describe: () => 'generator to generator over one connection, messages as long as PulseMQ publishes',
  start: async () => {
    const port = await freePort();
    return { address: { pubPort: port, subPort: port }, pid: 0, stop: async () => {} };
  },
};
