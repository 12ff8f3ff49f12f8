import { describe, expect, it } from 'vitest';
import { FrameFlag } from '../src/constants.js';
import { encodeFrame, encodeMessage } from '../src/frame-encoder.js';
import { bytes, text, toHex } from './support/bytes.js';
import { codeOf } from './support/errors.js';

describe('frame encoder', () => {
  it('uses the short form up to 255 bytes and the long form past it', () => {
    expect(toHex(encodeFrame(text('ab')))).toBe('00026162');
    expect(toHex(encodeFrame(new Uint8Array(255)).subarray(0, 2))).toBe('00ff');
    expect(toHex(encodeFrame(new Uint8Array(256)).subarray(0, 9))).toBe('020000000000000100');
  });

  it('keeps the MORE and COMMAND bits and sets the LONG bit itself', () => {
    expect(encodeFrame(bytes(), FrameFlag.more)[0]).toBe(1);
    expect(encodeFrame(new Uint8Array(300), FrameFlag.more)[0]).toBe(3);
    expect(encodeFrame(new Uint8Array(300), FrameFlag.command)[0]).toBe(6);
    expect(encodeFrame(bytes(), FrameFlag.long)[0]).toBe(0);
  });

  it('puts a message into one buffer, with MORE on all but the last frame', () => {
    expect(toHex(encodeMessage([text('a'), bytes(), text('b')]))).toBe('0101610100000162');
    const long = encodeMessage([new Uint8Array(300), bytes()]);
    expect(toHex(long.subarray(0, 9))).toBe('03000000000000012c');
    expect(long).toHaveLength(9 + 300 + 2);
  });

  it('refuses a message without frames', () => {
    expect(codeOf(() => encodeMessage([]))).toBe('ZMTP_BAD_ARGUMENT');
  });
});
