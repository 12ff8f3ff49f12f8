// Header and frames of requests: an input describes messages that are nearly right. Each field of the header, the number of frames, their
// sizes and the form of their lengths may be wrong; payloads may be large.
import { FormatCode, MessageType } from '@pulsemq/protocol';
import fc from 'fast-check';
import { ByteReader } from '../byte-reader.mjs';
import { auth, EngineBench, handshake } from '../engine-in-memory.mjs';

const bench = new EngineBench();
const types = [...Object.values(MessageType), 0, 0x10, 0xff];
const formats = [...Object.values(FormatCode), 4, 255];
const names = ['market', 'other', '', 'system', 'default', 'a.b.c', 'a.*', '>', 'x'.repeat(33), '\xff'];
const users = ['publisher', '', 'root', 'publisher\0'];
/** Large ones are few: they take most of the time. */
const payloadSizes = [
  ...Array(6).fill([0, 1, 20, 255, 256, 1_000, 4_000, 8_193]).flat(),
  8_192,
  65_535,
  70_000,
  300_000,
];
/** Bytes of one input on the wire: larger payloads are cut so that an input stays fast. */
const wireMaxBytes = 600_000;

function frame(body, isLast, isLong) {
  const flags = (isLast ? 0 : 1) | (isLong || body.length > 255 ? 2 : 0);
  if ((flags & 2) === 0) return Buffer.concat([Buffer.from([flags, body.length]), body]);
  const head = Buffer.alloc(9);
  head[0] = flags;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

function header(reader, payloadBytes) {
  const bytes = Buffer.alloc(20);
  bytes[0] = reader.byte() < 250 ? 4 : reader.byte();
  bytes[1] = reader.of(types);
  bytes[2] = reader.of(formats);
  bytes[3] = reader.byte();
  bytes.writeUInt32BE(reader.byte() < 240 ? payloadBytes : reader.u32(), 4);
  bytes.writeUInt32BE(reader.byte() < 250 ? 0 : reader.u32(), 8);
  bytes.writeBigInt64BE(BigInt(reader.u32()) << BigInt(reader.byte() % 32), 12);
  return reader.byte() < 250 ? bytes : bytes.subarray(0, reader.byte() % 21);
}

/** The frames of one message as they stand on the wire. */
function messageOf(reader) {
  const payload =
    reader.byte() < 128 ? reader.take(reader.byte()) : Buffer.alloc(reader.of(payloadSizes), reader.byte());
  const bodies = [
    header(reader, payload.length),
    Buffer.from(reader.of(names), 'latin1'),
    Buffer.from(reader.of(names), 'latin1'),
    Buffer.from(reader.of(users), 'latin1'),
    payload,
    reader.byte() < 200 ? Buffer.alloc(0) : reader.take(reader.byte()),
  ];
  const change = reader.byte();
  if (change > 245) bodies.splice(change % 6, 1);
  else if (change > 235) bodies.splice(change % 6, 0, reader.take(8));
  const longForms = reader.byte();
  return Buffer.concat(
    bodies.map((body, index) =>
      frame(body, index === bodies.length - 1, ((longForms >> index) & 1) !== 0 && longForms > 192),
    ),
  );
}

function wireOf(reader) {
  const messages = [];
  let sizeBytes = 0;
  while (!reader.isAtEnd && sizeBytes < wireMaxBytes) {
    const bytes = messageOf(reader);
    messages.push(bytes);
    sizeBytes += bytes.length;
  }
  return Buffer.concat(messages);
}

export const target = {
  name: 'request-frames',
  maxBytes: 1_024,
  generator: fc.uint8Array({ minLength: 2, maxLength: 200 }),
  start: () => bench.start(),
  run: (input) => {
    const reader = new ByteReader(input);
    const cut = reader.byte();
    const first = reader.byte() < 230 ? [handshake(1, 'DEALER'), auth('publisher')] : [handshake(1, 'DEALER')];
    const wire = wireOf(reader);
    // Pieces of four bytes of a large message would only take long.
    return bench.feed('request', Buffer.concat([...first, wire]), wire.length > 65_536 ? 0 : cut);
  },
};
