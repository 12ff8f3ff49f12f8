import type { Socket } from 'node:net';
import { deliveryBlockBytes, MessageType, messageFrames, ticketPrefix } from '@pulsemq/protocol';
import { encodeMessage, encodeSubscribe } from '@pulsemq/zmtp';
import { readUntil } from './dial.js';
import type { PeerAddress, PeerWire } from './peer-wire.js';
import { dialZmtp } from './zmtp-socket.js';

/** The user of every benchmark: it needs no grants. */
export const benchUser = { username: 'bench', token: 'bench-token' } as const;
const namespace = 'market';
/** A PUB_OK on the wire. */
const ackBytes = 51;

const message = (parts: Parameters<typeof messageFrames>[0]): Buffer =>
  Buffer.from(encodeMessage(messageFrames(parts)));
const authenticate = message({ type: MessageType.auth, payload: Buffer.from(JSON.stringify(benchUser)) });
const hasReply = (soFar: Buffer): boolean => soFar.includes('}');

async function openSession(address: PeerAddress): Promise<{ socket: Socket; ticket: string }> {
  const socket = await dialZmtp(address.pubPort, 'DEALER');
  socket.write(authenticate);
  const reply = (await readUntil(socket, hasReply)).toString('latin1');
  const ticket = /"ticket": "(\w+)"/.exec(reply)?.[1];
  if (ticket === undefined) throw new Error(`AUTH was answered ${reply}`);
  return { socket, ticket };
}

/** Our broker: every PUB acknowledged, deliveries of seven frames with the block. */
export const pulsemqWire: PeerWire = {
  openPublisher: async (address) => {
    const { socket } = await openSession(address);
    let ackedBytes = 0;
    socket.on('data', (chunk) => {
      ackedBytes += chunk.length;
    });
    socket.resume();
    return {
      socket,
      ackedCount: () => Math.floor(ackedBytes / ackBytes),
      encode: (topic, payload) =>
        message({ type: MessageType.pub, namespace, topic, username: benchUser.username, payload }),
    };
  },
  openSubscriber: async (address, topics) => {
    const session = await openSession(address);
    const socket = await dialZmtp(address.subPort, 'XSUB');
    socket.write(encodeSubscribe(Buffer.concat([ticketPrefix, Buffer.from(session.ticket)]), 'command'));
    await readUntil(socket, hasReply);
    session.socket.write(Buffer.concat(topics.map((topic) => message({ type: MessageType.sub, namespace, topic }))));
    await readUntil(session.socket, (soFar) => soFar.toString('latin1').split('SUB_OK').length > topics.length);
    session.socket.resume();
    socket.once('close', () => session.socket.destroy());
    return socket;
  },
  deliveryBytes: (topic, payloadBytes) =>
    pulsemqWire.payloadAt(topic, payloadBytes) + payloadBytes + 2 + deliveryBlockBytes,
  payloadAt: (topic, payloadBytes) =>
    2 +
    namespace.length +
    1 +
    topic.length +
    22 +
    2 +
    namespace.length +
    2 +
    topic.length +
    2 +
    benchUser.username.length +
    (payloadBytes > 255 ? 9 : 2),
};
