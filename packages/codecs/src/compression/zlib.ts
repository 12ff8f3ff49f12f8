import { deflateSync, inflateSync } from 'node:zlib';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';

/** The level Python's `zlib.compress` uses by default. */
const level = 6;

export const zlibCompress = (bytes: Uint8Array): Buffer => deflateSync(bytes, { level });

/** RFC 1950 only: raw deflate and gzip are refused. */
export function zlibDecompress(bytes: Uint8Array, limitBytes: number): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, limitBytes) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('zlib payload, decompressed', undefined, limitBytes);
    }
    throw badPayload(`zlib payload cannot be decompressed: ${messageOf(error)}`, error);
  }
}
