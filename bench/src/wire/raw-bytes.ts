import { dial } from './dial.js';
import type { PeerWire } from './peer-wire.js';
import { pulsemqWire } from './pulsemq.js';

/** Any bytes, for the C write loop. A delivery counts as long as one of PulseMQ, so that the ratio of rates is the ratio of bytes. */
export const rawBytesWire: PeerWire = {
  openPublisher: () => Promise.reject(new Error('the write loop takes no publishers: its peer must have isSource')),
  openSubscriber: (address) => dial(address.subPort),
  openIdle: (address) => dial(address.subPort),
  deliveryBytes: (topic, payloadBytes) => pulsemqWire.deliveryBytes(topic, payloadBytes),
  payloadAt: (topic, payloadBytes) => pulsemqWire.payloadAt(topic, payloadBytes),
};
