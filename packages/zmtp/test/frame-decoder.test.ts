import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../src/frame-decoder.js';
import { encodeFrame } from '../src/frame-encoder.js';
import { largestAllocation } from './support/allocations.js';
import { bytes, cutAt, everyByte, fromHex, join, text, toHex } from './support/bytes.js';
import { FrameCollector } from './support/collector.js';
import { codeOf, zmtpError } from './support/errors.js';

const wire = join(
  encodeFrame(text('first'), 1),
  encodeFrame(bytes(), 1),
  encodeFrame(new Uint8Array(300).fill(7)),
  fromHex('020000000000000003616263'), // a short body in the long form is legal
  encodeFrame(text('\x04PING'), 4),
);

function decode(chunks: readonly Uint8Array[], maxFrameBytes = 1000): string[] {
  const collector = new FrameCollector();
  const decoder = new FrameDecoder({ maxFrameBytes }, collector);
  for (const chunk of chunks) decoder.push(chunk);
  expect(decoder.heldBytes).toBe(0);
  return collector.frames;
}

describe('frame decoder', () => {
  const whole = decode([wire]);

  it('finds every frame', () => {
    expect(whole).toEqual([`1:${toHex(text('first'))}`, '1:', `2:${'07'.repeat(300)}`, '2:616263', '4:0450494e47']);
  });

  it('finds the same at every cut, at every pair of cuts near a header, and byte by byte', () => {
    for (let cut = 1; cut < wire.length; cut++) expect(decode(cutAt(wire, [cut]))).toEqual(whole);
    for (let a = 1; a < 22; a++) for (let b = a; b < 22; b++) expect(decode(cutAt(wire, [a, b]))).toEqual(whole);
    expect(decode(everyByte(wire))).toEqual(whole);
  });

  it('finds the same at random cuts of random frames', () => {
    const frames = fc.array(fc.tuple(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(0, 1, 4)), { maxLength: 8 });
    fc.assert(
      fc.property(frames, fc.array(fc.nat(3000), { maxLength: 20 }), (list, cuts) => {
        const stream = join(...list.map(([body, flags]) => encodeFrame(body, flags)));
        const expected = list.map(([body, flags]) => `${flags | (body.length > 255 ? 2 : 0)}:${toHex(body)}`);
        expect(decode(cutAt(stream, cuts))).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('reads only the range it is given', () => {
    const collector = new FrameCollector();
    const padded = join(bytes(0xff, 0xff), wire, bytes(0xff));
    new FrameDecoder({ maxFrameBytes: 1000 }, collector).push(padded, 2, padded.length - 1);
    expect(collector.frames).toEqual(whole);
  });

  it('decodes one frame at a time with `next`', () => {
    const collector = new FrameCollector();
    const decoder = new FrameDecoder({ maxFrameBytes: 1000 }, collector);
    expect(decoder.next(wire, 0, wire.length)).toBe(7);
    expect(decoder.next(wire, 7, 8)).toBe(8);
    expect(decoder.heldBytes).toBe(1);
    expect(decoder.next(wire, 8, wire.length)).toBe(9);
    expect(collector.frames).toHaveLength(2);
  });

  it('copies a split frame and does not keep the chunk', () => {
    const collector = new FrameCollector();
    const decoder = new FrameDecoder({ maxFrameBytes: 1000 }, collector);
    const chunk = encodeFrame(text('abc')).slice(0, 4);
    decoder.push(chunk);
    chunk.fill(0);
    decoder.push(text('c'));
    expect(collector.frames).toEqual(['0:616263']);
  });

  it('refuses reserved flags and a command with the MORE bit', () => {
    for (const flags of [0x08, 0x10, 0x20, 0x40, 0x80, 0xff])
      expect(codeOf(() => decode([bytes(flags)]))).toBe('ZMTP_BAD_FLAGS');
    expect(codeOf(() => decode([bytes(0x05)]))).toBe('ZMTP_BAD_FLAGS');
  });
});

describe('frame decoder, limit', () => {
  it('accepts a frame of exactly the limit and refuses one byte more', () => {
    expect(decode([encodeFrame(new Uint8Array(1000))])).toHaveLength(1);
    const error = zmtpError(() => decode([encodeFrame(new Uint8Array(1001))]));
    expect(error.code).toBe('ZMTP_FRAME_TOO_LARGE');
    expect(error.message).toBe('frame of 1001 bytes exceeds maxFrameBytes 1000');
  });

  it.each(['ffffffffffffffff', '8000000000000000', '0020000000000000', '0000000100000000', '00000000ffffffff'])(
    'refuses a length of %s on its header alone, whole or in pieces',
    (length) => {
      const header = fromHex(`02${length}`);
      for (const chunks of [[header], everyByte(header)]) {
        const allocated = largestAllocation(() => expect(codeOf(() => decode(chunks))).toBe('ZMTP_FRAME_TOO_LARGE'));
        expect(allocated).toBeLessThanOrEqual(9);
      }
    },
  );

  it('does not allocate what was announced, only about what arrived', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: 2 ** 31 }, new FrameCollector());
    expect(largestAllocation(() => decoder.push(fromHex('020000000040000000')))).toBeLessThanOrEqual(9);
    expect(largestAllocation(() => decoder.push(new Uint8Array(10_000)))).toBeLessThanOrEqual(20_100);
    expect(decoder.heldBytes).toBe(10_009);
  });

  it('copies a large split frame a bounded number of times', () => {
    const body = new Uint8Array(4 * 1024 * 1024);
    const stream = encodeFrame(body);
    const sizes: number[] = [];
    const sink = { onFrame: (_: Uint8Array, __: number, start: number, end: number) => sizes.push(end - start) };
    const decoder = new FrameDecoder({ maxFrameBytes: body.length }, sink);
    let allocated = 0;
    for (let at = 0; at < stream.length; at += 1000) {
      allocated += largestAllocation(() => decoder.push(stream, at, Math.min(stream.length, at + 1000)));
    }
    expect(sizes).toEqual([body.length]);
    expect(allocated).toBeLessThan(3 * body.length);
  });
});
