// Frames of a WebSocket, whole and in pieces. The first byte of an input says how the bytes are cut; the rest is what the peer sends after its
// upgrade. However it is cut, the same payload, the same pings and the same end must come out.
import fc from 'fast-check';
import { FrameReader } from '../../../packages/broker/dist/engine/net/websocket/frame-reader.js';
import { pieces } from '../engine-in-memory.mjs';

const readBuffer = Buffer.alloc(65_536);
const staleByte = 0xdb;

/** What a reader makes of the bytes: the payload, and what it told its listener. */
function outcomeOf(bytes, cut) {
  const told = [];
  const payload = [];
  const reader = new FrameReader({
    onPing: (bytes) => told.push(`ping ${Buffer.from(bytes).toString('hex')}`),
    onClose: () => told.push('close'),
    onBroken: ({ code, why }) => told.push(`broken ${code} ${why}`),
  });
  for (const piece of pieces(bytes, cut)) {
    if (piece.length === 0) continue;
    piece.copy(readBuffer);
    payload.push(Buffer.from(readBuffer.subarray(0, reader.read(readBuffer, piece.length))));
    readBuffer.fill(staleByte, 0, piece.length);
  }
  if (told.filter((one) => !one.startsWith('ping')).length > 1)
    throw new Error(`more than one end: ${told.join(', ')}`);
  return `${Buffer.concat(payload).toString('hex')} ${told.join(', ')}`;
}

/** A frame with its length written in the shortest form, or in a longer one. */
function frame(first, length, form, mask, payload) {
  const body = Buffer.from(payload.map((byte, at) => byte ^ mask[at % 4]));
  const size = length ?? body.length;
  const long = Buffer.alloc(form === 2 ? 8 : form === 1 ? 2 : 0);
  if (form === 1) long.writeUInt16BE(size & 0xffff);
  if (form === 2) long.writeBigUInt64BE(BigInt(size));
  const short = form === 2 ? 127 : form === 1 ? 126 : Math.min(125, size);
  return Buffer.concat([Buffer.from([first, 0x80 | short]), long, Buffer.from(mask), body]);
}

const anyFrame = fc
  .tuple(
    fc.constantFrom(0x82, 0x02, 0x80, 0x00, 0x88, 0x89, 0x8a, 0x81, 0xc2, 0x09, 0x8b),
    fc.option(fc.constantFrom(0, 125, 126, 65_535, 67_108_865, Number.MAX_SAFE_INTEGER), { freq: 6 }),
    fc.integer({ min: 0, max: 2 }),
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ maxLength: 130 }),
  )
  .map((parts) => frame(...parts));

export const target = {
  name: 'websocket',
  maxBytes: 4_096,
  generator: fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.array(anyFrame, { maxLength: 8 }))
    .map(([cut, frames]) => Buffer.concat([Buffer.from([cut]), ...frames])),
  words: [Buffer.from([0x82, 0x80]), Buffer.from([0x89, 0x80]), Buffer.from([0x88, 0x82]), Buffer.from([0x82, 0xff])],
  run: async (input) => {
    const bytes = input.subarray(1);
    const whole = outcomeOf(bytes, 0);
    const cut = outcomeOf(bytes, input[0] ?? 0);
    const single = outcomeOf(bytes, 1);
    if (cut !== whole || single !== whole)
      throw new Error(`pieces give ${cut} and ${single}, the whole gives ${whole}`);
  },
};
