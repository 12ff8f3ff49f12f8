import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { deliveryBlockBytes, headerBytes, MessageType, messageFrames, ticketPrefix } from '@pulsemq/protocol';
import { encodeMessage, encodePong, encodeSubscribe, frameHeaderBytes } from '@pulsemq/zmtp';
import { readUntil } from './dial.js';
import type { PeerAddress, PeerWire, PublisherLink } from './peer-wire.js';
import { countText } from './reply-count.js';
import { dialPulseMQ, dialZmtp } from './zmtp-socket.js';

/** The namespace that every workload publishes to. The user has the right `pub` in it. */
export const benchNamespace = 'market';
export const benchUsername = 'bench';

export const message = (parts: Parameters<typeof messageFrames>[0]): Buffer =>
  Buffer.from(encodeMessage(messageFrames(parts)));
/** A PUB_OK on the wire. */
const ackBytes = message({ type: MessageType.ack, payload: Buffer.from('{"status": "PUB_OK"}') }).length;
const hasReply = (soFar: Buffer): boolean => soFar.includes('}');

/** An authenticated DEALER, and the ticket that binds a subscriber to its session. Rejects where AUTH is refused. */
export async function openSession(
  address: PeerAddress,
  username: string,
): Promise<{ socket: Socket; ticket: string | undefined }> {
  const socket = await dialPulseMQ(address, 'DEALER');
  const payload = Buffer.from(JSON.stringify({ username, token: address.token }));
  socket.write(message({ type: MessageType.auth, payload }));
  const reply = (await readUntil(socket, hasReply)).toString('latin1');
  if (!reply.includes('AUTH_OK')) throw new Error(`AUTH as ${username} was refused: ${reply}`);
  return { socket, ticket: /"ticket": "(\w+)"/.exec(reply)?.[1] };
}

/** A publisher with the name `username`. Every PUB_OK is equally long, so acknowledgements are counted by bytes. */
export async function openAckedPublisher(address: PeerAddress, username: string): Promise<PublisherLink> {
  const { socket } = await openSession(address, username);
  let ackedBytes = 0;
  socket.on('data', (chunk) => {
    if (ackedBytes === 0 && !chunk.includes('PUB_OK'))
      throw new Error(`the first PUB was refused: ${chunk.toString('latin1')}`);
    ackedBytes += chunk.length;
  });
  socket.resume();
  return {
    socket,
    ackedCount: () => Math.floor(ackedBytes / ackBytes),
    encode: (topic, payload) => message({ type: MessageType.pub, namespace: benchNamespace, topic, username, payload }),
  };
}

/** Bytes of a delivery before its payload: key, header, three names, and the header of the payload frame. */
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

/** A third of the idle time after which the broker sends a PING. */
const heartbeatMs = 10_000;

/** Sends a PONG now and then, so that the broker sends no PING, which would be counted as bytes of deliveries. */
export function keepAlive(socket: Socket): void {
  const timer = setInterval(() => socket.write(encodePong()), heartbeatMs).unref();
  socket.once('close', () => clearInterval(timer));
}

/** Within this time of its SUB_OK a subscription is known to all brokers of a cluster on one machine. */
const interestMs = 500;

/** A session, and a subscriber bound to it by its ticket. */
async function openBound(address: PeerAddress): Promise<{ session: Socket; subscriber: Socket }> {
  const { socket, ticket } = await openSession(address, benchUsername);
  const subscriber = await dialPulseMQ(address, 'XSUB');
  subscriber.write(encodeSubscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket ?? '')]), 'command'));
  await readUntil(subscriber, hasReply);
  for (const one of [socket, subscriber]) keepAlive(one);
  return { session: socket, subscriber };
}

const request = (type: MessageType, topic: string): Buffer => message({ type, namespace: benchNamespace, topic });

/** PulseMQ: every PUB is acknowledged, deliveries have seven frames, the last one is the delivery block. */
export const pulsemqWire: PeerWire = {
  openPublisher: (address) => openAckedPublisher(address, benchUsername),
  openSubscriber: async (address, topics) => {
    const { session, subscriber } = await openBound(address.reader ?? address);
    session.write(Buffer.concat(topics.map((topic) => request(MessageType.sub, topic))));
    const replies = await readUntil(
      session,
      (soFar) => soFar.toString('latin1').split('status').length > topics.length,
    );
    const okCount = replies.toString('latin1').split('SUB_OK').length - 1;
    if (okCount !== topics.length)
      throw new Error(`of ${topics.length} SUB only ${okCount} were accepted: ${replies.toString('latin1')}`);
    // The other brokers learn what is wanted a little later.
    if (address.reader !== undefined) await pause(interestMs);
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
      // UNSUB_OK contains SUB_OK, so both replies count.
      answeredCount: countText(session, 'SUB_OK'),
    };
  },
  deliveryBytes: (topic, payloadBytes) =>
    bytesBeforePayload(topic, benchUsername, payloadBytes) + payloadBytes + 2 + deliveryBlockBytes,
  payloadAt: (topic, payloadBytes) => bytesBeforePayload(topic, benchUsername, payloadBytes),
};
