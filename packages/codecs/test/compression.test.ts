import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { compressionAlgorithms, PayloadTooLargeError } from '@pulsemq/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compress, decompress } from '../src/compression/compression.js';
import { decodePayload, encodePayload } from '../src/payload.js';

describe.each(compressionAlgorithms)('%s', (algorithm) => {
  test('restores random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
        const plain = decompress(algorithm, compress(algorithm, bytes), 5_000);
        expect(Buffer.from(plain).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  test('restores large payloads, compressible or not', () => {
    for (const bytes of [randomBytes(1_000_000), Buffer.alloc(1_000_000, 'sz000651 ')]) {
      expect(Buffer.from(decompress(algorithm, compress(algorithm, bytes), 1_000_000)).equals(bytes)).toBe(true);
    }
  });

  test('accepts exactly the limit and refuses one byte more', () => {
    const bytes = Buffer.alloc(100_000, 'x');
    const packed = compress(algorithm, bytes);
    expect(decompress(algorithm, packed, 100_000)).toHaveLength(100_000);
    expect(() => decompress(algorithm, packed, 99_999)).toThrow(PayloadTooLargeError);
  });

  test('defect 24: refuses a bomb before it allocates the memory', () => {
    const bomb = compress(algorithm, Buffer.alloc(64 * 1_048_576));
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decompress(algorithm, bomb, 1_048_576)).toThrow(PayloadTooLargeError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1_048_576);
  });

  test('refuses cut payloads; a changed one causes at most an error', () => {
    const packed = Buffer.from(compress(algorithm, Buffer.from('10.5 10.6 10.55 '.repeat(200))));
    for (let end = 0; end < packed.length - 1; end++) {
      expect(() => decompress(algorithm, packed.subarray(0, end), 100_000)).toThrow(/payload/);
    }
    for (let at = 0; at < packed.length; at++) {
      const changed = Buffer.from(packed);
      changed[at]! ^= 0xff;
      try {
        expect(decompress(algorithm, changed, 100_000).length).toBeLessThanOrEqual(100_000);
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^PMQ_/);
      }
    }
  });

  test('is used from 1,024 bytes up', () => {
    const under = encodePayload({ format: 'bytes', data: Buffer.alloc(1_023), compress: algorithm });
    expect(under).toMatchObject({ flags: 0 });
    const at = encodePayload({ format: 'bytes', data: Buffer.alloc(1_024), compress: algorithm });
    expect(at.flags).toBeGreaterThan(0);
    expect(decodePayload(0, at.flags, at.payload).compressed).toBe(algorithm);
  });
});

test('defect 24: an unknown algorithm is refused at any size', () => {
  for (const size of [1, 100_000]) {
    const call = () => encodePayload({ format: 'bytes', data: Buffer.alloc(size), compress: 'snappy' as 'zstd' });
    expect(call).toThrow('compression "snappy" is unknown, expected zlib, lz4, zstd');
  }
  expect(() => decodePayload(0, 9, Buffer.alloc(3))).toThrow('compression code 9 is unknown');
});

test('defect 24: a zstd frame without content size is decompressed', () => {
  // Written by Python: zstandard.ZstdCompressor(write_content_size=False).compress(b"price " * 100)
  const frame = Buffer.from('28b52ffd00006d00003070726963652001004f529522', 'hex');
  expect(Buffer.from(decompress('zstd', frame, 600)).toString()).toBe('price '.repeat(100));
  expect(() => decompress('zstd', frame, 599)).toThrow(PayloadTooLargeError);
});

test('gzip and raw deflate are not zlib', () => {
  expect(() => decompress('zlib', gzipSync(Buffer.from('x')), 100)).toThrow('zlib payload cannot be decompressed');
});

test.each([
  ['stored', '00000080'],
  ['compressed', '0100000000'],
])(
  'an lz4 frame with a %s block that holds nothing is refused: native code would leave out what follows',
  (_, block) => {
    const frame = Buffer.from(`04224d186040 82${block}0300008041424300000000`.replaceAll(' ', ''), 'hex');
    expect(() => decompress('lz4', frame, 100)).toThrow('lz4 payload has a block that holds no bytes');
  },
);
