import { nativeBytes } from '#bytes';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';
import { loadedOnce, requireHere } from './load-package.js';
import { checkLz4Frame } from './lz4-frame.js';

/** Loaded at its first use: a bundle without it works as long as it does not meet LZ4. */
const lz4 = loadedOnce('lz4', 'lz4-napi', () => requireHere()('lz4-napi') as typeof import('lz4-napi'));

/** Compresses to one LZ4 frame. */
export const lz4Compress = (bytes: Uint8Array): Uint8Array => lz4().compressFrameSync(nativeBytes(bytes));

/** Decompresses one LZ4 frame, with or without content size, checksums and linked blocks. Throws as `decompress` does. */
export function lz4Decompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  checkLz4Frame(bytes, limitBytes);
  const { decompressFrameSync } = lz4();
  let plain: Uint8Array;
  try {
    plain = decompressFrameSync(nativeBytes(bytes));
  } catch (error) {
    throw badPayload(`lz4 payload cannot be decompressed: ${messageOf(error)}`, error);
  }
  if (plain.length > limitBytes) throw tooLarge('decompressed lz4 payload', plain.length, limitBytes);
  return plain;
}
