import * as zstd from '@bokuweb/zstd-wasm';
import { Decompress } from 'fzstd';
import { asBuffer } from '../as-buffer.js';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';
import { readZstdHeader } from './zstd-frame.js';

/**
 * The start of each WebAssembly module of zstd in this process. A program may load two copies of this package that share one module.
 * A second start would damage its memory, so both copies keep the starts under one symbol.
 */
const starts = globalValue('@pulsemq/codecs: starts of zstd', () => new WeakMap<object, Promise<void>>());

// The WebAssembly module is ready before this module is, so all functions can be synchronous.
if (!starts.has(zstd.init)) starts.set(zstd.init, zstd.init());
await starts.get(zstd.init);

/** The value of this process under `name`; the first call makes it. */
function globalValue<Value>(name: string, make: () => Value): Value {
  const values = globalThis as unknown as Record<symbol, Value | undefined>;
  values[Symbol.for(name)] ??= make();
  return values[Symbol.for(name)]!;
}

/** The default level of Python's `zstandard`. */
const level = 3;

/** Compresses to one frame with its content size: the Python client refuses a frame without it. */
export const zstdCompress = (bytes: Uint8Array): Uint8Array => zstd.compress(asBuffer(bytes), level);

/** Decompresses one frame, with or without content size. Throws as `decompress` does. */
export function zstdDecompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const { contentBytes } = readZstdHeader(bytes, limitBytes);
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
