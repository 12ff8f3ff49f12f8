// LZ4 frames, as a browser reads them. The first byte of an input chooses the limit. What native code reads must come out the same; checksums
// are compared by native code alone, so a browser may read more.
import { compress } from '@pulsemq/codecs';
import { PulseMQError } from '@pulsemq/protocol';
import fc from 'fast-check';
import { browserLz4Decompress } from '../../../packages/codecs/dist/compression/browser-lz4.js';
import { lz4Decompress } from '../../../packages/codecs/dist/compression/lz4.js';

const limits = [8_192, 100_000];

/** The bytes, or the error that the documentation names. */
function outcomeOf(decompress, bytes, limitBytes) {
  try {
    const plain = decompress(bytes, limitBytes);
    if (plain.length > limitBytes) throw new Error(`${plain.length} bytes, the limit was ${limitBytes}`);
    return plain;
  } catch (error) {
    if (!(error instanceof PulseMQError)) throw error;
    return error;
  }
}

/** A length in four bits, and what of it stands in the bytes behind. */
function lengthOf(count) {
  if (count < 15) return { short: count, more: [] };
  const more = Array.from({ length: Math.floor((count - 15) / 255) }, () => 255);
  return { short: 15, more: [...more, (count - 15) % 255] };
}

/** A sequence: literals, and a copy from a distance; null for the last one of a block, which has none. */
function sequence(literals, copy) {
  const before = lengthOf(literals.length);
  if (copy === null) return [before.short << 4, ...before.more, ...literals];
  const after = lengthOf(copy.count);
  const distance = [copy.distance & 255, copy.distance >> 8];
  return [(before.short << 4) | after.short, ...before.more, ...literals, ...distance, ...after.more];
}

const someBytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 });
const copy = fc.record({
  distance: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 65_535 })),
  count: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })),
});
const block = fc.oneof(
  fc
    .tuple(fc.array(fc.tuple(someBytes, copy), { maxLength: 6 }), someBytes)
    .map(([sequences, last]) => [
      0,
      Buffer.from([...sequences.flatMap(([literals, one]) => sequence(literals, one)), ...sequence(last, null)]),
    ]),
  someBytes.map((bytes) => [0x8000_0000, Buffer.from(bytes)]),
);

/** A frame of linked or independent blocks without checksums, and maybe with its size. The checksum of its header is that of native code, or not. */
function frame([isLinked, declared, blocks]) {
  const flags = 0x40 | (isLinked ? 0 : 0x20) | (declared === null ? 0 : 0x08);
  const size = Buffer.alloc(declared === null ? 0 : 8);
  if (declared !== null) size.writeUInt32LE(declared);
  const parts = blocks.flatMap(([stored, bytes]) => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE((stored | bytes.length) >>> 0);
    return [head, bytes];
  });
  return Buffer.concat([
    Buffer.from('04224d18', 'hex'),
    Buffer.from([flags, 0x40]),
    size,
    headerSum(flags, size),
    ...parts,
    end,
  ]);
}

const end = Buffer.alloc(4);
/** Second byte of xxHash-32 of the header, for the headers without a declared size; any byte for the others, which native code refuses. */
const headerSum = (flags, size) => Buffer.from([size.length > 0 ? 0 : (flags & 0x20) === 0 ? 0xc0 : 0x82]);

const madeFrame = fc
  .tuple(fc.boolean(), fc.option(fc.integer({ min: 0, max: 10_000 }), { freq: 3 }), fc.array(block, { maxLength: 4 }))
  .map(frame);
const compressed = fc
  .oneof(
    fc.uint8Array({ maxLength: 512 }),
    fc.string({ maxLength: 300 }).map((text) => Buffer.from(text.repeat(9))),
  )
  .map((bytes) => compress('lz4', bytes));

export const target = {
  name: 'browser-lz4',
  maxBytes: 4_096,
  generator: fc
    .tuple(fc.integer({ min: 0, max: 1 }), fc.oneof(madeFrame, compressed))
    .map(([limit, bytes]) => Buffer.concat([Buffer.from([limit]), bytes])),
  words: [Buffer.from('04224d18', 'hex'), Buffer.from('ffffffff', 'hex'), Buffer.from('00000080', 'hex'), end],
  run: async (input) => {
    const [bytes, limitBytes] = [input.subarray(1), limits[(input[0] ?? 0) % limits.length]];
    const native = outcomeOf(lz4Decompress, bytes, limitBytes);
    const own = outcomeOf(browserLz4Decompress, bytes, limitBytes);
    if (native instanceof Error) return;
    if (own instanceof Error) throw new Error(`a browser refuses what native code reads: ${own.message}`);
    if (Buffer.compare(native, own) !== 0) throw new Error('a browser reads other bytes than native code');
  },
};
