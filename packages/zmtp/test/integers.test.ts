import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readI64, readU32, readU64, writeI64, writeU32 } from '../src/integers.js';
import { fromHex, toHex } from './support/bytes.js';

test('integers are big-endian and stay inside their bytes', () => {
  const bytes = new Uint8Array(14).fill(0xaa);
  writeU32(bytes, 1, 0xfedc_ba98);
  writeI64(bytes, 5, 0x12_3456_789a);
  expect(toHex(bytes)).toBe('aafedcba98000000123456789aaa');
});

test('random integers come back', () => {
  const bytes = new Uint8Array(11);
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), fc.maxSafeInteger(), fc.nat({ max: 3 }), (u32, i64, at) => {
      writeU32(bytes, at, u32);
      expect(readU32(bytes, at)).toBe(u32);
      writeI64(bytes, at, i64);
      expect(readI64(bytes, at)).toBe(i64);
      if (i64 >= 0) expect(readU64(bytes, at)).toBe(i64);
      expect(new DataView(bytes.buffer).getBigInt64(at)).toBe(BigInt(i64));
    }),
  );
});

test('a value past 2^53 is rounded, never small', () => {
  expect(readU64(fromHex('ffffffffffffffff'), 0)).toBe(2 ** 64);
  expect(readI64(fromHex('ffffffffffffffff'), 0)).toBe(-1);
  expect(readI64(fromHex('8000000000000000'), 0)).toBe(-(2 ** 63));
});
