import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { dial } from './dial.js';
import type { PeerWire } from './peer-wire.js';
import { pulsemqWire } from './pulsemq.js';

/** How long a subscriber waits for its publisher to listen. */
const patienceMs = 10_000;
const retryMs = 20;

/**
 * No broker at all: the publisher listens, and what it writes is what its one subscriber reads. Messages are as long as our
 * publishes, so that it shows what the generators can do.
 */
export const directWire: PeerWire = {
  openPublisher: async ({ pubPort }) => {
    const server = createServer({ noDelay: true }).listen(pubPort, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [Socket];
    server.close();
    return {
      socket,
      ackedCount: () => undefined,
      encode: (topic, payload) =>
        Buffer.concat([Buffer.alloc(directWire.payloadAt(topic, payload.length)), payload, Buffer.alloc(2)]),
    };
  },
  openSubscriber: async (address) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await dial(address.subPort);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        // Nothing tells it when the other process listens.
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  },
  openIdle: (address) => dial(address.subPort),
  deliveryBytes: (topic, payloadBytes) => directWire.payloadAt(topic, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) => pulsemqWire.payloadAt(topic, payloadBytes) - 2 - `market:${topic}`.length,
};
