import { directWire } from './direct.js';
import { jetstreamWire } from './jetstream.js';
import { libzmqOneFrame, libzmqSevenFrames } from './libzmq.js';
import { natsWire } from './nats.js';
import type { PeerWire } from './peer-wire.js';
import { pulseMqWire } from './pulse-mq.js';
import { pulsemqWire } from './pulsemq.js';
import { rawBytesWire } from './raw-bytes.js';
import { redisWire } from './redis.js';
import { redisStreamsWire } from './redis-streams.js';

/** Every wire of the generators, by its name in a job. */
export const wires = {
  pulsemq: pulsemqWire,
  'pulse-mq': pulseMqWire,
  nats: natsWire,
  jetstream: jetstreamWire,
  redis: redisWire,
  redisStreams: redisStreamsWire,
  libzmq1: libzmqOneFrame,
  libzmq7: libzmqSevenFrames,
  rawBytes: rawBytesWire,
  direct: directWire,
} as const satisfies Record<string, PeerWire>;

export type WireName = keyof typeof wires;
