/** Bits that hold the codes 0 to count - 1. */
export const widthOf = (count: number): number => (count < 2 ? 0 : 32 - Math.clz32(count - 1));

/** Bytes of a header of a run: at most a varint of 32 bits. */
const headerMaxBytes = 5;

/**
 * Codes as a data page of a dictionary has them: their width in a byte, and one run of them, packed from the lowest bit of each byte
 * (Parquet: RLE / bit-packing hybrid).
 */
export function packedCodes(codes: Int32Array, width: number): Uint8Array {
  const groupCount = (codes.length + 7) >> 3;
  const bytes = new Uint8Array(1 + headerMaxBytes + groupCount * width);
  bytes[0] = width;
  // Codes of no bits are one and the same: a run that repeats it.
  let at = writeVarint(bytes, 1, width === 0 ? codes.length * 2 : groupCount * 2 + 1);
  // The last group is filled up with zeros.
  const end = at + groupCount * width;
  let bits = 0;
  let bitCount = 0;
  for (let index = 0; index < codes.length && width > 0; index++) {
    bits |= codes[index]! << bitCount;
    for (bitCount += width; bitCount >= 8; bitCount -= 8) {
      bytes[at++] = bits;
      bits >>>= 8;
    }
  }
  if (bitCount > 0) bytes[at] = bits;
  return bytes.subarray(0, end);
}

/** The definition levels of rows: 1 for a row with a value, 0 for one without. `validity`: a bit for each row; empty when all have one. */
export function levelsOf(validity: Uint8Array, rowCount: number): Uint8Array {
  const groupCount = validity.length;
  const bytes = new Uint8Array(headerMaxBytes + Math.max(1, groupCount));
  const at = writeVarint(bytes, 0, groupCount === 0 ? rowCount * 2 : groupCount * 2 + 1);
  if (groupCount === 0) bytes[at] = 1;
  else bytes.set(validity, at);
  return bytes.subarray(0, at + Math.max(1, groupCount));
}

/** Writes an unsigned integer in groups of seven bits; returns the offset after it. */
function writeVarint(into: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80;
  into[at++] = rest;
  return at;
}
