/** Big-endian integers, without the bounds checks of Buffer's own readers: for positions that a scanner has found. */

export const readU32 = (buf: Uint8Array, at: number): number =>
  ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;

/** Exact up to 2^53, which no clock and no sequence reaches. */
export const readI64 = (buf: Uint8Array, at: number): number =>
  (readU32(buf, at) | 0) * 0x1_0000_0000 + readU32(buf, at + 4);
