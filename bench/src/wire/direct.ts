import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { dial } from './dial.js';
import type { PeerWire } from './peer-wire.js';
import { pulsemqWire } from './pulsemq.js';

/** Longest wait of a subscriber for its publisher to listen. */
const listenTimeoutMs = 10_000;
const retryMs = 20;

/**
 * Without a broker: the publisher listens, and its one subscriber reads what it writes. Messages are as long as PulseMQ publishes,
 * so that the figures are the limit of the generators.
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
    const deadline = Date.now() + listenTimeoutMs;
    for (;;) {
      try {
        return await dial(address.subPort);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        // The other process does not announce when it listens.
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  },
  openIdle: (address) => dial(address.subPort),
  deliveryBytes: (topic, payloadBytes) => directWire.payloadAt(topic, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) => pulsemqWire.payloadAt(topic, payloadBytes) - 2 - `market:${topic}`.length,
};
