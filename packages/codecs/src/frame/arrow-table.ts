import { PayloadTooLargeError } from '@pulsemq/protocol';
import { CompressionType, setCompressionCodec, type Table, tableFromIPC } from '@uwdata/flechette';
import { badPayload, messageOf } from '../bad-payload.js';
import { lz4Compress, lz4Decompress } from '../compression/lz4.js';
import { zstdCompress, zstdDecompress } from '../compression/zstd.js';
import { checkArrowStream } from './arrow-stream.js';

/** What the compressed buffers inside the stream that is being read may still become. */
let leftBytes = 0;

const limited = (decompress: (bytes: Uint8Array, limit: number) => Uint8Array) => (bytes: Uint8Array) => {
  const plain = decompress(bytes, leftBytes);
  leftBytes -= plain.length;
  return plain;
};

setCompressionCodec(CompressionType.LZ4_FRAME, { encode: lz4Compress, decode: limited(lz4Decompress) });
setCompressionCodec(CompressionType.ZSTD, { encode: zstdCompress, decode: limited(zstdDecompress) });

/** 64-bit integers, times and decimals come as they are, so that nothing is lost. */
export const exact = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true } as const;

/** Views into the bytes must be aligned; a Buffer's own `slice` would not copy. */
const alignmentBytes = 8;

/**
 * The table in an Arrow IPC stream, whose compressed buffers may together become `limitBytes` large. Throws a PulseMQError
 * `PMQ_BAD_PAYLOAD` when it is none.
 */
export function readArrow(bytes: Uint8Array, limitBytes: number): Table {
  checkArrowStream(bytes);
  leftBytes = limitBytes;
  try {
    return tableFromIPC(bytes.byteOffset % alignmentBytes === 0 ? bytes : new Uint8Array(bytes), exact);
  } catch (error) {
    if (error instanceof PayloadTooLargeError) throw error;
    throw badPayload(`Arrow stream cannot be read: ${messageOf(error)}`, error);
  }
}
