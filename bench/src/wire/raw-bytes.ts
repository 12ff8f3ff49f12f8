import { dial } from './dial.js';
import type { PeerWire } from './peer-wire.js';
import { pulsemqWire } from './pulsemq.js';

/** Whatever comes: for the bare C write loop. Its "deliveries" are as long as ours, so that rates compare as bytes do. */
export const rawBytesWire: PeerWire = {
  openPublisher: () => Promise.reject(new Error('nobody publishes to the write loop')),
  openSubscriber: (address) => dial(address.subPort),
  openIdle: (address) => dial(address.subPort),
  deliveryBytes: (topic, payloadBytes) => pulsemqWire.deliveryBytes(topic, payloadBytes),
  payloadAt: (topic, payloadBytes) => pulsemqWire.payloadAt(topic, payloadBytes),
};
