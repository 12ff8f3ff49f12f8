import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { asBuffer } from '../as-buffer.js';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';
import { checkLz4Frame } from './lz4-frame.js';

/** Compresses to one LZ4 frame. */
export const lz4Compress = (bytes: Uint8Array): Uint8Array => compressFrameSync(asBuffer(bytes));

/** Decompresses one LZ4 frame, with or without content size, checksums and linked blocks. Throws as `decompress` does. */
export function lz4Decompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  checkLz4Frame(bytes, limitBytes);
  let plain: Uint8Array;
  try {
    plain = decompressFrameSync(asBuffer(bytes));
  } catch (error) {
    throw badPayload(`lz4 payload cannot be decompressed: ${messageOf(error)}`, error);
  }
  if (plain.length > limitBytes) throw tooLarge('decompressed lz4 payload', plain.length, limitBytes);
  return plain;
}
