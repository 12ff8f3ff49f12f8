import type { Socket } from 'node:net';
import { dial, readUntil } from './dial.js';
import type { PeerAddress, PeerWire } from './peer-wire.js';
import { countText } from './reply-count.js';

const hello =
  'CONNECT {"verbose":false,"pedantic":false,"tls_required":false,"name":"bench","lang":"raw","version":"1"}\r\nPING\r\n';
const ping = 'PING\r\n';

/** Two characters, so that all deliveries are equally long. Each SUB gets its own: NATS ignores a SUB with a known id. */
function subscriptionId(index: number): string {
  const id = (index + 36).toString(36);
  if (id.length !== 2)
    throw new RangeError(`subscription ${index + 1} of one connection: ids of two characters end at 1260`);
  return id;
}

/** A connection after its greeting. */
export async function openNats(address: PeerAddress): Promise<Socket> {
  const socket = await dial(address.pubPort);
  await readUntil(socket, (soFar) => soFar.includes('\r\n'));
  socket.write(hello);
  await readUntil(socket, (soFar) => soFar.includes('PONG\r\n'));
  return socket;
}

/** The server closes connections that do not answer its PING. */
function answerPings(socket: Socket): void {
  socket.on('data', (chunk) => {
    if (chunk.includes(ping)) socket.write('PONG\r\n');
  });
  socket.resume();
}

/** NATS core, without acknowledgements. */
export const natsWire: PeerWire = {
  openPublisher: async (address) => {
    const socket = await openNats(address);
    answerPings(socket);
    return {
      socket,
      ackedCount: () => undefined,
      encode: (topic, payload) =>
        Buffer.concat([Buffer.from(`PUB ${topic} ${payload.length}\r\n`), payload, Buffer.from('\r\n')]),
    };
  },
  openSubscriber: async (address, topics) => {
    const socket = await openNats(address);
    socket.write(`${topics.map((topic, index) => `SUB ${topic} ${subscriptionId(index)}\r\n`).join('')}PING\r\n`);
    await readUntil(socket, (soFar) => soFar.includes('PONG\r\n'));
    return socket;
  },
  openIdle: async (address) => {
    const socket = await openNats(address);
    answerPings(socket);
    return socket;
  },
  openChurner: async (address) => {
    const socket = await openNats(address);
    const answeredCount = countText(socket, 'PONG\r\n');
    return {
      socket,
      // NATS answers a PING after everything before it, so PONGs count handled requests.
      subscribe: (topic) => Buffer.from(`SUB ${topic} ${topic.replace(/\D/g, '')}\r\nPING\r\n`),
      cancel: (topic) => Buffer.from(`UNSUB ${topic.replace(/\D/g, '')}\r\nPING\r\n`),
      answeredCount,
    };
  },
  keepAliveBytes: (bytes, at, socket) => {
    // 0x50 is P, of PING; deliveries begin with MSG.
    if (bytes[at] !== 0x50) return 0;
    socket.write('PONG\r\n');
    return ping.length;
  },
  deliveryBytes: (topic, payloadBytes) => natsWire.payloadAt(topic, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) => `MSG ${topic} ${subscriptionId(0)} ${payloadBytes}\r\n`.length,
};
