/**
 * FNV-1a over a byte range, with a seed that the publishers who choose the keys do not know. Not `subarray` first: a view
 * costs more than hashing 25 bytes.
 */
export function hashBytes(buf: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ buf[at]!, 0x0100_0193);
  return hash ^ (hash >>> 15);
}

/** True when `key` equals the bytes of `buf` from `start` on. The caller has compared the lengths. */
export function equalBytes(key: Uint8Array, buf: Uint8Array, start: number): boolean {
  for (let index = 0; index < key.length; index++) {
    if (key[index] !== buf[start + index]) return false;
  }
  return true;
}
