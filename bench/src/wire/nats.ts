import type { Socket } from 'node:net';
import { dial, readUntil } from './dial.js';
import type { PeerAddress, PeerWire } from './peer-wire.js';

const hello =
  'CONNECT {"verbose":false,"pedantic":false,"tls_required":false,"name":"bench","lang":"raw","version":"1"}\r\nPING\r\n';

async function open(address: PeerAddress): Promise<Socket> {
  const socket = await dial(address.pubPort);
  await readUntil(socket, (soFar) => soFar.includes('\r\n'));
  socket.write(hello);
  await readUntil(socket, (soFar) => soFar.includes('PONG\r\n'));
  return socket;
}

/** NATS core, which acknowledges nothing. */
export const natsWire: PeerWire = {
  openPublisher: async (address) => {
    const socket = await open(address);
    // The server asks now and then whether the client is there.
    socket.on('data', (chunk) => {
      if (chunk.includes('PING')) socket.write('PONG\r\n');
    });
    socket.resume();
    return {
      socket,
      ackedCount: () => undefined,
      encode: (topic, payload) =>
        Buffer.concat([Buffer.from(`PUB ${topic} ${payload.length}\r\n`), payload, Buffer.from('\r\n')]),
    };
  },
  openSubscriber: async (address, topics) => {
    const socket = await open(address);
    socket.write(`${topics.map((topic) => `SUB ${topic} 1\r\n`).join('')}PING\r\n`);
    await readUntil(socket, (soFar) => soFar.includes('PONG\r\n'));
    return socket;
  },
  talkBytes: (bytes, at, socket) => {
    // MSG begins with another letter.
    if (bytes[at] !== 0x50) return 0;
    socket.write('PONG\r\n');
    return 'PING\r\n'.length;
  },
  deliveryBytes: (topic, payloadBytes) => natsWire.payloadAt(topic, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) => `MSG ${topic} 1 ${payloadBytes}\r\n`.length,
};
