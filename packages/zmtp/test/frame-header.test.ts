import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameFlag } from '../src/constants.js';
import {
  checkFrameFlags,
  frameBodyBytes,
  frameHeaderBytes,
  frameHeaderBytesOf,
  writeFrameHeader,
} from '../src/frame-header.js';
import { bytes, toHex } from './support/bytes.js';
import { zmtpError } from './support/errors.js';

describe('frame header', () => {
  it('has 2 bytes for a body of up to 255 bytes and 9 bytes for a longer one', () => {
    expect([frameHeaderBytes(0), frameHeaderBytes(255), frameHeaderBytes(256)]).toEqual([2, 2, 9]);
    expect([frameHeaderBytesOf(FrameFlag.more), frameHeaderBytesOf(FrameFlag.long)]).toEqual([2, 9]);
  });

  it('is read as it was written, at any offset', () => {
    const into = new Uint8Array(16);
    const flags = fc.constantFrom(0, FrameFlag.more, FrameFlag.command);
    fc.assert(
      fc.property(fc.maxSafeNat(), flags, fc.nat({ max: 7 }), (bodyBytes, flag, at) => {
        const end = writeFrameHeader(into, at, flag, bodyBytes);
        expect(end - at).toBe(frameHeaderBytes(bodyBytes));
        expect(frameHeaderBytesOf(into[at]!)).toBe(end - at);
        expect(into[at]! & ~FrameFlag.long).toBe(flag);
        expect(frameBodyBytes(into, at)).toBe(bodyBytes);
      }),
    );
  });

  it('has a length past 32 bits', () => {
    const into = new Uint8Array(12).fill(0xaa);
    expect(writeFrameHeader(into, 1, 0, 0x12_3456_789a)).toBe(10);
    expect(toHex(into)).toBe('aa02000000123456789aaaaa');
  });

  it('may have a short length in the long form', () => {
    expect(frameBodyBytes(bytes(FrameFlag.long, 0, 0, 0, 0, 0, 0, 0, 3), 0)).toBe(3);
  });

  it('has the MORE, LONG and COMMAND bits, but not MORE together with COMMAND', () => {
    for (const flags of [0, 1, 2, 3, 4, 6]) expect(() => checkFrameFlags(flags)).not.toThrow();
    expect(zmtpError(() => checkFrameFlags(5)).message).toBe('frame flags 0x05: a command has the MORE bit');
    for (const flags of [0x08, 0x80, 0xff])
      expect(zmtpError(() => checkFrameFlags(flags)).message).toContain('reserved bits are set');
  });
});
