import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockBit, decodeDeliveryBlock, deliveryBlockBytes, writeDeliveryBlock } from '../src/delivery-block.js';
import { compressedLimitBytes, payloadLimitBytes } from '../src/limits.js';

const u32 = fc.nat({ max: 0xffff_ffff });

test('is read as it was written, up to the largest safe sequence and time', () => {
  const block = fc.record({
    bits: fc.nat({ max: 7 }),
    conflatedCount: fc.nat({ max: 0xffff }),
    epoch: u32,
    sequence: fc.maxSafeNat(),
    receivedAtUs: fc.maxSafeNat(),
  });
  fc.assert(
    fc.property(block, fc.nat({ max: 9 }), (written, at) => {
      const bytes = new Uint8Array(at + deliveryBlockBytes + 3);
      expect(writeDeliveryBlock(bytes, at, written)).toBe(at + deliveryBlockBytes);
      expect(decodeDeliveryBlock(bytes.subarray(at))).toEqual(written);
    }),
  );
});

test('has its fields at the offsets of docs/protocol.md', () => {
  const bytes = new Uint8Array(deliveryBlockBytes);
  writeDeliveryBlock(bytes, 0, {
    bits: BlockBit.dropped,
    conflatedCount: 0x0102,
    epoch: 0x03040506,
    sequence: 0x0708090a0b,
    receivedAtUs: 0x0c0d0e0f10,
  });
  expect(Buffer.from(bytes).toString('hex')).toBe('010401020304050600000007 08090a0b0000000c0d0e0f10'.replace(' ', ''));
});

test('a count past 65,535 is written as 65,535', () => {
  const bytes = new Uint8Array(deliveryBlockBytes);
  writeDeliveryBlock(bytes, 0, { bits: 2, conflatedCount: 70_000, epoch: 1, sequence: 1, receivedAtUs: 1 });
  expect(decodeDeliveryBlock(bytes)?.conflatedCount).toBe(65_535);
});

test.each([new Uint8Array(0), new Uint8Array(23).fill(1), new Uint8Array(24).fill(2)])(
  'does not exist in a frame that is short or has another version',
  (reserved) => {
    expect(decodeDeliveryBlock(reserved)).toBeUndefined();
  },
);

test('the limit of a compressed payload is a little above that of a plain one', () => {
  for (const format of Object.keys(payloadLimitBytes) as (keyof typeof payloadLimitBytes)[]) {
    for (const algorithm of ['zlib', 'lz4', 'zstd'] as const) {
      const growth = compressedLimitBytes(format, algorithm) - payloadLimitBytes[format];
      expect(growth).toBeGreaterThan(0);
      expect(growth).toBeLessThan(payloadLimitBytes[format] * 0.02 + 200);
    }
  }
});
