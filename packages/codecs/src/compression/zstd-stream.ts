import { Decompress } from 'fzstd';
import { badPayload, messageOf, tooLarge } from '../bad-payload.js';
import { joinPieces } from './join-pieces.js';
import { readZstdHeader } from './zstd-frame.js';

class StreamTooLong extends Error {}

/** Decompresses one zstd frame in pieces, with or without content size, and stops at the limit. Throws as `decompress` does. */
export function zstdStreamDecompress(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const { contentBytes } = readZstdHeader(bytes, limitBytes);
  if (contentBytes === 0) return new Uint8Array(0);
  try {
    return decompressPieces(bytes, limitBytes);
  } catch (error) {
    if (error instanceof StreamTooLong) throw tooLarge('decompressed zstd payload', undefined, limitBytes);
    throw badPayload(`zstd payload cannot be decompressed: ${messageOf(error)}`, error);
  }
}

function decompressPieces(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  let isFinished = false;
  const stream = new Decompress((piece, isLast) => {
    sizeBytes += piece.length;
    if (sizeBytes > limitBytes) throw new StreamTooLong();
    pieces.push(piece.slice());
    isFinished = isLast === true;
  });
  stream.push(bytes, true);
  if (!isFinished) throw new Error('the frame is cut short');
  return joinPieces(pieces, sizeBytes);
}
