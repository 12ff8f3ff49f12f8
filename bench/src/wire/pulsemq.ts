import type { Socket } from 'node:net';
import { deliveryBlockBytes, headerBytes, MessageType, messageFrames, ticketPrefix } from '@pulsemq/protocol';
import { encodeMessage, encodePong, encodeSubscribe, frameHeaderBytes } from '@pulsemq/zmtp';
import { readUntil } from './dial.js';
import type { PeerAddress, PeerWire, PublisherLink } from './peer-wire.js';
import { countText } from './reply-count.js';
import { dialZmtp } from './zmtp-socket.js';

/** The namespace every benchmark publishes to, and the user who may. */
export const benchNamespace = 'market';
export const benchUsername = 'bench';

export const message = (parts: Parameters<typeof messageFrames>[0]): Buffer =>
  Buffer.from(encodeMessage(messageFrames(parts)));
/** A PUB_OK on the wire. */
const ackBytes = message({ type: MessageType.ack, payload: Buffer.from('{"status": "PUB_OK"}') }).length;
const hasReply = (soFar: Buffer): boolean => soFar.includes('}');

/** An authenticated DEALER, and what the broker answered. */
export async function openSession(
  address: PeerAddress,
  username: string,
): Promise<{ socket: Socket; ticket: string | undefined }> {
  const socket = await dialZmtp(address.pubPort, 'DEALER');
  const payload = Buffer.from(JSON.stringify({ username, token: address.token }));
  socket.write(message({ type: MessageType.auth, payload }));
  const reply = (await readUntil(socket, hasReply)).toString('latin1');
  if (!reply.includes('AUTH_OK')) throw new Error(`AUTH was answered ${reply}`);
  return { socket, ticket: /"ticket": "(\w+)"/.exec(reply)?.[1] };
}

/** Publishes as `username`; each PUB_OK is as long as the next, so acknowledgements are counted by bytes. */
export async function openAckedPublisher(address: PeerAddress, username: string): Promise<PublisherLink> {
  const { socket } = await openSession(address, username);
  let ackedBytes = 0;
  socket.on('data', (chunk) => {
    if (ackedBytes === 0 && !chunk.includes('PUB_OK')) throw new Error(`PUB was answered ${chunk.toString('latin1')}`);
    ackedBytes += chunk.length;
  });
  socket.resume();
  return {
    socket,
    ackedCount: () => Math.floor(ackedBytes / ackBytes),
    encode: (topic, payload) => message({ type: MessageType.pub, namespace: benchNamespace, topic, username, payload }),
  };
}

/** Bytes of a delivery before its payload: key, header, three names, head of the payload frame. */
export const bytesBeforePayload = (topic: string, username: string, payloadBytes: number): number =>
  2 +
  benchNamespace.length +
  1 +
  topic.length +
  (2 + headerBytes) +
  (2 + benchNamespace.length) +
  (2 + topic.length) +
  (2 + username.length) +
  frameHeaderBytes(payloadBytes);

/** How often a connection that only reads says something: a third of the silence after which the broker would ask. */
const beatMs = 10_000;

/** Lets a connection be heard, unasked: a PING would stand among the bytes that are counted. */
function keepHeard(socket: Socket): void {
  const timer = setInterval(() => socket.write(encodePong()), beatMs).unref();
  socket.once('close', () => clearInterval(timer));
}

/** A session with a subscriber bound to it. */
async function openBound(address: PeerAddress): Promise<{ session: Socket; subscriber: Socket }> {
  const { socket, ticket } = await openSession(address, benchUsername);
  const subscriber = await dialZmtp(address.subPort, 'XSUB');
  subscriber.write(encodeSubscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket ?? '')]), 'command'));
  await readUntil(subscriber, hasReply);
  for (const one of [socket, subscriber]) keepHeard(one);
  return { session: socket, subscriber };
}

const request = (type: MessageType, topic: string): Buffer => message({ type, namespace: benchNamespace, topic });

/** Our broker: every PUB acknowledged, deliveries of seven frames with the block. */
export const pulsemqWire: PeerWire = {
  openPublisher: (address) => openAckedPublisher(address, benchUsername),
  openSubscriber: async (address, topics) => {
    const { session, subscriber } = await openBound(address);
    session.write(Buffer.concat(topics.map((topic) => request(MessageType.sub, topic))));
    const replies = await readUntil(
      session,
      (soFar) => soFar.toString('latin1').split('status').length > topics.length,
    );
    const okCount = replies.toString('latin1').split('SUB_OK').length - 1;
    if (okCount !== topics.length) throw new Error(`${topics.length} SUB were answered ${replies.toString('latin1')}`);
    session.resume();
    subscriber.once('close', () => session.destroy());
    return subscriber;
  },
  openIdle: (address) => dialZmtp(address.subPort, 'SUB'),
  openChurner: async (address) => {
    const { session, subscriber } = await openBound(address);
    subscriber.resume();
    return {
      socket: session,
      subscribe: (topic) => request(MessageType.sub, topic),
      cancel: (topic) => request(MessageType.unsub, topic),
      // The reply to UNSUB ends in SUB_OK, too.
      answeredCount: countText(session, 'SUB_OK'),
    };
  },
  deliveryBytes: (topic, payloadBytes) =>
    bytesBeforePayload(topic, benchUsername, payloadBytes) + payloadBytes + 2 + deliveryBlockBytes,
  payloadAt: (topic, payloadBytes) => bytesBeforePayload(topic, benchUsername, payloadBytes),
};
