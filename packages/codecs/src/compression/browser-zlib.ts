import { deflate, Inflate } from 'pako';
import { badPayload, tooLarge } from '../bad-payload.js';
import { joinPieces } from './join-pieces.js';

/** The zlib format (RFC 1950) without native code. */

/** The default level of Python's `zlib.compress`. */
const level = 6;
/** The window of the zlib format. Given, it also turns off the guess that the bytes may be gzip. */
const windowBits = 15;

/** Compresses to the zlib format. */
export const browserZlibCompress = (bytes: Uint8Array): Uint8Array => deflate(bytes, { level, windowBits });

/** Decompresses the zlib format. Refuses raw deflate and gzip. Throws as `decompress` does. */
export function browserZlibDecompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const inflate = new Inflate({ windowBits });
  inflate.onData = (piece) => {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) throw tooLarge('decompressed zlib payload', undefined, limitBytes);
    pieces.push(piece);
  };
  inflate.push(bytes, true);
  if (inflate.err !== 0) throw badPayload(`zlib payload cannot be decompressed: ${inflate.msg}`);
  return joinPieces(pieces, sizeBytes);
}
