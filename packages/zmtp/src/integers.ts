/**
 * Big-endian integers of the wire, read and written at an offset. The caller has checked that their bytes exist.
 * Byte arithmetic, because a DataView of a buffer costs more to make than a few reads cost.
 */

const twoTo32 = 0x1_0000_0000;

/** Reads a 32-bit unsigned integer: 0 to 2^32 - 1. */
export function readU32(buf: Uint8Array, at: number): number {
  return ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
}

/** Reads a 64-bit unsigned integer. Exact up to 2^53 - 1; a larger value is rounded. */
export function readU64(buf: Uint8Array, at: number): number {
  return readU32(buf, at) * twoTo32 + readU32(buf, at + 4);
}

/** Reads a 64-bit signed integer. Exact from -(2^53 - 1) to 2^53 - 1; beyond, the value is rounded. */
export function readI64(buf: Uint8Array, at: number): number {
  return (readU32(buf, at) | 0) * twoTo32 + readU32(buf, at + 4);
}

/** Writes the low 32 bits of an integer. */
export function writeU32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

/** Writes a safe integer in 64 bits: negative in two's complement, otherwise the same bytes as unsigned. */
export function writeI64(into: Uint8Array, at: number, value: number): void {
  writeU32(into, at, Math.floor(value / twoTo32));
  writeU32(into, at + 4, value);
}
