/** Z85 (RFC 32): four bytes as five printable characters. CURVE keys are shown in it, 40 characters each. */

import { badArgument } from '../errors.js';

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const base = 85;
const twoTo32 = 0x1_0000_0000;

/** Encodes bytes, whose count is a multiple of 4. Throws a ZmtpError `ZMTP_BAD_ARGUMENT` for another count. */
export function encodeZ85(bytes: Uint8Array): string {
  if (bytes.length % 4 !== 0) throw badArgument(`Z85 encodes a multiple of 4 bytes, not ${bytes.length}`);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let value = bytes[at]! * 0x1_00_00_00 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
    let group = '';
    for (let i = 0; i < 5; i++) {
      group = digits[value % base]! + group;
      value = Math.floor(value / base);
    }
    text += group;
  }
  return text;
}

/** Decodes a text. Returns null when it is not Z85: another character, a length that is not a multiple of 5, or a group past 32 bits. */
export function decodeZ85(text: string): Uint8Array | null {
  if (text.length % 5 !== 0) return null;
  const bytes = new Uint8Array((text.length / 5) * 4);
  for (let group = 0; group * 5 < text.length; group++) {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const digit = digits.indexOf(text[group * 5 + i]!);
      if (digit === -1) return null;
      value = value * base + digit;
    }
    if (value >= twoTo32) return null;
    for (let i = 3; i >= 0; i--) {
      bytes[group * 4 + i] = value % 256;
      value = Math.floor(value / 256);
    }
  }
  return bytes;
}
