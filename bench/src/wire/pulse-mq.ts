import { MessageType } from '@pulsemq/protocol';
import { encodeSubscribe } from '@pulsemq/zmtp';
import { readUntil } from './dial.js';
import type { PeerWire } from './peer-wire.js';
import { benchNamespace, bytesBeforePayload, message, openAckedPublisher, openSession } from './pulsemq.js';
import { dialZmtp } from './zmtp-socket.js';

/** The user that the Python package creates at its first start. */
const username = 'admin';

/** `pulse-mq` 0.3.0: requests as in PulseMQ, deliveries of seven frames with an empty last one, subscriptions by prefix. */
export const pulseMqWire: PeerWire = {
  openPublisher: (address) => openAckedPublisher(address, username),
  openSubscriber: async (address, topics) => {
    const { socket: session } = await openSession(address, username);
    session.write(
      Buffer.concat(topics.map((topic) => message({ type: MessageType.sub, namespace: benchNamespace, topic }))),
    );
    await readUntil(session, (soFar) => soFar.toString('latin1').split('SUB_OK').length > topics.length);
    session.resume();
    const socket = await dialZmtp(address.subPort, 'SUB');
    socket.write(encodeSubscribe(Buffer.from(`${benchNamespace}:`), 'message'));
    socket.once('close', () => session.destroy());
    return socket;
  },
  openIdle: (address) => dialZmtp(address.subPort, 'SUB'),
  deliveryBytes: (topic, payloadBytes) => bytesBeforePayload(topic, username, payloadBytes) + payloadBytes + 2,
  payloadAt: (topic, payloadBytes) => bytesBeforePayload(topic, username, payloadBytes),
};
