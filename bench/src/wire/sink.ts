import { dial } from './dial.js';
import type { PeerWire } from './peer-wire.js';

/** No broker at all: what a publisher writes goes to a process that reads and forgets. Shows what the generator can do. */
export const sinkWire: PeerWire = {
  openPublisher: async (address) => {
    const socket = await dial(address.pubPort);
    return {
      socket,
      ackedCount: () => undefined,
      encode: (_topic, payload) => Buffer.concat([Buffer.alloc(50), payload]),
    };
  },
  openSubscriber: (address) => dial(address.subPort),
  deliveryBytes: (_topic, payloadBytes) => 50 + payloadBytes,
  payloadAt: () => 50,
};
