import { libzmqOneFrame, libzmqSevenFrames } from './libzmq.js';
import { natsWire } from './nats.js';
import type { PeerWire } from './peer-wire.js';
import { pulsemqWire } from './pulsemq.js';
import { redisWire } from './redis.js';
import { sinkWire } from './sink.js';

/** Every wire a generator speaks, by the name its jobs carry. */
export const wires = {
  pulsemq: pulsemqWire,
  nats: natsWire,
  redis: redisWire,
  libzmq1: libzmqOneFrame,
  libzmq7: libzmqSevenFrames,
  sink: sinkWire,
} as const satisfies Record<string, PeerWire>;

export type WireName = keyof typeof wires;
