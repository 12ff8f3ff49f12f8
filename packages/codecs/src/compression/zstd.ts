import { nativeBytes } from '#bytes';
import { badPayload, messageOf } from '../bad-payload.js';
import { readZstdHeader } from './zstd-frame.js';
import { zstdStreamDecompress } from './zstd-stream.js';
import { zstdWasm } from './zstd-wasm.js';

/** The default level of Python's `zstandard`. */
const level = 3;

/** Compresses to one frame with its content size: the Python client refuses a frame without it. */
export const zstdCompress = (bytes: Uint8Array): Uint8Array => zstdWasm().compress(nativeBytes(bytes), level);

/** Decompresses one frame, with or without content size. Throws as `decompress` does. */
export function zstdDecompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const { contentBytes } = readZstdHeader(bytes, limitBytes);
  const zstd = zstdWasm();
  if (contentBytes === undefined) return zstdStreamDecompress(bytes, limitBytes);
  try {
    return contentBytes === 0 ? new Uint8Array(0) : zstd.decompress(nativeBytes(bytes));
  } catch (error) {
    throw badPayload(`zstd payload cannot be decompressed: ${messageOf(error)}`, error);
  }
}
