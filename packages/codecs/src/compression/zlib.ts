import { deflateSync, inflateSync } from 'node:zlib';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';

/** The default level of Python's `zlib.compress`. */
const level = 6;

/** Compresses to the zlib format. */
export const zlibCompress = (bytes: Uint8Array): Uint8Array => deflateSync(bytes, { level });

/** Decompresses the zlib format, RFC 1950. Refuses raw deflate and gzip. Throws as `decompress` does. */
export function zlibDecompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, limitBytes) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('decompressed zlib payload', undefined, limitBytes);
    }
    throw badPayload(`zlib payload cannot be decompressed: ${messageOf(error)}`, error);
  }
}
