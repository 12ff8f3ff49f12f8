import type { Socket } from 'node:net';
import { dial, readUntil } from './dial.js';
import type { PeerAddress, PeerWire } from './peer-wire.js';
import { countText } from './reply-count.js';

const hello =
  'CONNECT {"verbose":false,"pedantic":false,"tls_required":false,"name":"bench","lang":"raw","version":"1"}\r\nPING\r\n';
const ping = 'PING\r\n';

/** Two characters, so that deliveries are equally long; another for each, since NATS ignores a SUB whose number it knows. */
function subscriptionId(index: number): string {
  const id = (index + 36).toString(36);
  if (id.length !== 2) throw new RangeError(`a connection makes at most 1260 subscriptions, not ${index + 1}`);
  return id;
}

async function open(address: PeerAddress): Promise<Socket> {
  const socket = await dial(address.pubPort);
  await readUntil(socket, (soFar) => soFar.includes('\r\n'));
  socket.write(hello);
  await readUntil(socket, (soFar) => soFar.includes('PONG\r\n'));
  return socket;
}

/** The server asks now and then whether the client is there. */
function answerPings(socket: Socket): void {
  socket.on('data', (chunk) => {
    if (chunk.includes(ping)) socket.write('PONG\r\n');
  });
  socket.resume();
}

/** NATS core, which acknowledges nothing. */
export const natsWire: PeerWire = {
  openPublisher: async (address) => {
    const socket = await open(address);
    answerPings(socket);
    return {
      socket,
      ackedCount: () => undefined,
      encode: (topic, payload) =>
        Buffer.concat([Buffer.from(`PUB ${topic} ${payload.length}\r\n`), payload, Buffer.from('\r\n')]),
    };
  },
  openSubscriber: async (address, topics) => {
    const socket = await open(address);
    socket.write(`${topics.map((topic, index) => `SUB ${topic} ${subscriptionId(index)}\r\n`).join('')}PING\r\n`);
    await readUntil(socket, (soFar) => soFar.includes('PONG\r\n'));
    return socket;
  },
  openIdle: async (address) => {
    const socket = await open(address);
    answerPings(socket);
    return socket;
  },
  openChurner: async (address) => {
    const socket = await open(address);
    const answeredCount = countText(socket, 'PONG\r\n');
    return {
      socket,
      // A PING behind each, so that it is seen to have been worked off, as ours are.
      subscribe: (topic) => Buffer.from(`SUB ${topic} ${topic.replace(/\D/g, '')}\r\nPING\r\n`),
      cancel: (topic) => Buffer.from(`UNSUB ${topic.replace(/\D/g, '')}\r\nPING\r\n`),
      answeredCount,
    };
  },
  talkBytes: (bytes, at, socket) => {
    // MSG begins with another letter.
    if (bytes[at] !== 0x50) return 0;
    socket.write('PONG\r\n');
    return ping.length;
  },
  deliveryBytes: (topic, payloadBytes) => natsWire.payloadAt(topic, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) => `MSG ${topic} ${subscriptionId(0)} ${payloadBytes}\r\n`.length,
};
