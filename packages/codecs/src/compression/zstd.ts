import { Decompress } from 'fzstd';
import { asBuffer } from '../as-buffer.js';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';
import { readZstdHeader } from './zstd-frame.js';
import { zstdWasm } from './zstd-wasm.js';

/** The default level of Python's `zstandard`. */
const level = 3;

/** Compresses to one frame with its content size: the Python client refuses a frame without it. */
export const zstdCompress = (bytes: Uint8Array): Uint8Array => zstdWasm().compress(asBuffer(bytes), level);

/** Decompresses one frame, with or without content size. Throws as `decompress` does. */
export function zstdDecompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const { contentBytes } = readZstdHeader(bytes, limitBytes);
  const zstd = zstdWasm();
  try {
    if (contentBytes === undefined) return decompressStream(bytes, limitBytes);
    return contentBytes === 0 ? new Uint8Array(0) : zstd.decompress(asBuffer(bytes));
  } catch (error) {
    if (error instanceof StreamTooLong) throw tooLarge('decompressed zstd payload', undefined, limitBytes);
    throw badPayload(`zstd payload cannot be decompressed: ${messageOf(error)}`, error);
  }
}

class StreamTooLong extends Error {}

/** Decompresses a frame without content size in pieces, and stops at the limit. */
function decompressStream(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let isFinished = false;
  const stream = new Decompress((piece, isLast) => {
    size += piece.length;
    if (size > limitBytes) throw new StreamTooLong();
    pieces.push(piece.slice());
    isFinished = isLast === true;
  });
  stream.push(bytes, true);
  if (!isFinished) throw new Error('the frame is cut short');
  return Buffer.concat(pieces);
}
