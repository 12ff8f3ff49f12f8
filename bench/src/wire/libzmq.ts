import { MessageType, messageFrames } from '@pulsemq/protocol';
import { encodeMessage, encodeSubscribe, frameHeaderBytes } from '@pulsemq/zmtp';
import type { PeerWire } from './peer-wire.js';
import { benchNamespace, benchUsername } from './pulsemq.js';
import { dialZmtp } from './zmtp-socket.js';

/** libzmq's XSUB/XPUB proxy, which forwards messages unchanged: with one frame, or with the seven frames of a PulseMQ delivery. */
const libzmqWire = (encode: (topic: string, payload: Uint8Array) => Uint8Array, payloadEndBytes: number): PeerWire => ({
  openPublisher: async (address) => {
    const socket = await dialZmtp(address.pubPort, 'PUB');
    socket.resume();
    return { socket, ackedCount: () => undefined, encode: (topic, payload) => Buffer.from(encode(topic, payload)) };
  },
  openSubscriber: async (address) => {
    const socket = await dialZmtp(address.subPort, 'SUB');
    // An empty prefix, which matches every message: libzmq has no wildcards.
    socket.write(encodeSubscribe(new Uint8Array(0), 'command'));
    return socket;
  },
  openIdle: (address) => dialZmtp(address.subPort, 'SUB'),
  deliveryBytes: (topic, payloadBytes) => encode(topic, new Uint8Array(payloadBytes)).length,
  payloadAt: (topic, payloadBytes) =>
    encode(topic, new Uint8Array(payloadBytes)).length - payloadEndBytes - payloadBytes,
});

export const libzmqOneFrame = libzmqWire(
  (topic, payload) => encodeMessage([Buffer.concat([Buffer.from(`${benchNamespace}:${topic}`), payload])]),
  0,
);

export const libzmqSevenFrames = libzmqWire(
  (topic, payload) =>
    encodeMessage([
      Buffer.from(`${benchNamespace}:${topic}`),
      ...messageFrames({
        type: MessageType.pub,
        namespace: benchNamespace,
        topic,
        username: benchUsername,
        payload,
        reserved: new Uint8Array(24),
      }),
    ]),
  frameHeaderBytes(24) + 24,
);
