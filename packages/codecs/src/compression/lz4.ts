import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';
import { checkLz4Frame } from './lz4-frame.js';

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One LZ4 frame. */
export const lz4Compress = (bytes: Uint8Array): Buffer => compressFrameSync(asBuffer(bytes));

/** One LZ4 frame, with or without content size and checksums, linked blocks included. */
export function lz4Decompress(bytes: Uint8Array, limitBytes: number): Buffer {
  checkLz4Frame(bytes, limitBytes);
  let plain: Buffer;
  try {
    plain = decompressFrameSync(asBuffer(bytes));
  } catch (error) {
    throw badPayload(`lz4 payload cannot be decompressed: ${messageOf(error)}`, error);
  }
  if (plain.length > limitBytes) throw tooLarge('lz4 payload, decompressed', plain.length, limitBytes);
  return plain;
}
