// What the TypeScript client reads: its link, its scanner and its decoding of deliveries, with a broker that sends anything. An input is a
// byte for the kind of connection, a byte for the cut, then the broker's bytes.
import { keyFrame, MessageType, messageFrames, PulseMQError, writeDeliveryBlock } from '@pulsemq/protocol';
import { encodeMessage, encodePing, encodePong } from '@pulsemq/zmtp';
import fc from 'fast-check';
import { DeliveryReader } from '../../../packages/client/dist/core/delivery-reader.js';
import { ZmtpLink } from '../../../packages/client/dist/core/zmtp-link.js';
import { greeting, pieces, ready } from '../engine-in-memory.mjs';

const block = new Uint8Array(24);
writeDeliveryBlock(block, 0, {
  bits: 4,
  conflatedCount: 0,
  epoch: 7,
  sequence: 9,
  receivedAtUs: 1_700_000_000_000_000,
});
const frames = (payload, more = {}) =>
  messageFrames({
    type: MessageType.pub,
    namespace: 'market',
    topic: 'a',
    username: 'u',
    payload,
    reserved: block,
    ...more,
  });
const delivery = (payload, more) => Buffer.from(encodeMessage([keyFrame('market', 'a'), ...frames(payload, more)]));
const reply = (text) =>
  Buffer.from(encodeMessage(messageFrames({ type: MessageType.ack, payload: Buffer.from(text) })));

const piece = fc.oneof(
  fc.constantFrom(
    greeting(1, 'NULL'),
    greeting(1, 'PLAIN'),
    ready('ROUTER'),
    ready('XPUB'),
    Buffer.from(encodePing(0)),
    Buffer.from(encodePong()),
    delivery(Buffer.from('x')),
    reply('{"status":"PUB_OK"}'),
  ),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 60 }))
    .map(([format, flags, payload]) => delivery(payload, { format, flags })),
  fc.uint8Array({ maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
);

/** Opens a link over memory; `feed` hands it the broker's bytes. */
function openLink(socketType, onMessage) {
  const controller = new AbortController();
  const memory = { listener: null, isClosed: false };
  const transport = {
    pendingBytes: 0,
    write() {},
    pause() {},
    resume() {},
    close() {
      if (memory.isClosed) return;
      memory.isClosed = true;
      queueMicrotask(() => memory.listener.onClose(null));
    },
  };
  const platform = {
    openTransport: async (_target, listener) => {
      memory.listener = listener;
      return transport;
    },
    allocate: (size) => Buffer.allocUnsafeSlow(size),
    afterReads: (callback) => void setImmediate(callback),
    warn: (error) => {
      throw error;
    },
  };
  const options = {
    host: 'memory',
    port: 0,
    security: { tls: null, curve: null },
    socketType,
    timeoutMs: 60_000,
    pingIntervalMs: 60_000,
    pingTimeoutMs: 60_000,
    signal: controller.signal,
  };
  const opened = ZmtpLink.open(options, platform, { onMessage, onClose() {} });
  return { opened, memory, transport };
}

/** Reads all of a delivery, as a program would. */
function read(reader, buf, span) {
  reader.check(span);
  const message = reader.read({ namespace: 'market', topic: 'a' }, buf, span);
  void [
    message.username,
    message.timestamp,
    message.receivedAt,
    message.format,
    message.compressed,
    message.payload,
    message.afterDrop,
  ];
  try {
    void message.data;
  } catch (error) {
    if (!(error instanceof PulseMQError)) throw error;
  }
}

export const target = {
  name: 'client-link',
  maxBytes: 2_048,
  generator: fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 255 }), fc.array(piece, { maxLength: 6 }))
    .map(([kind, cut, parts]) => Buffer.concat([Buffer.from([kind, cut]), ...parts])),
  words: ['\x05READY', '\x04PING', '\x04PONG', '\x0bSocket-Type', '\x05ERROR', '\x04\x20', '\x06\0\0\0\0\0\0'].map(
    (text) => Buffer.from(text, 'latin1'),
  ),
  run: async (input) => {
    const kind = (input[0] ?? 0) % 4;
    const socketType = kind < 2 ? 'DEALER' : 'XSUB';
    const reader = new DeliveryReader((size) => Buffer.allocUnsafeSlow(size));
    const faults = [];
    const onMessage = (buf, span) => {
      try {
        if (socketType === 'XSUB') read(reader, buf, span);
      } catch (error) {
        if (!(error instanceof PulseMQError)) faults.push(error);
        throw error;
      }
    };
    const { opened, memory, transport } = openLink(socketType, onMessage);
    const settled = opened.then(
      (link) => link,
      (error) => error,
    );
    // The link listens when all that waits for the transport has run.
    await new Promise((resolve) => setImmediate(resolve));
    const start = kind % 2 === 0 ? [] : [greeting(1, 'NULL'), ready(socketType === 'DEALER' ? 'ROUTER' : 'XPUB')];
    const shared = Buffer.alloc(65_536);
    for (const piece of pieces(Buffer.concat([...start, input.subarray(2)]), input[1] ?? 0)) {
      if (memory.isClosed || piece.length === 0) continue;
      piece.copy(shared);
      memory.listener.onBytes(shared, piece.length);
      reader.endRead();
      shared.fill(0xdb, 0, piece.length);
    }
    transport.close();
    const result = await settled;
    if (result instanceof Error && !(result instanceof PulseMQError)) throw result;
    if (faults.length > 0) throw faults[0];
  },
};
