import { PulseMQError } from '@pulsemq/protocol';
import { CompressionType, setCompressionCodec, type Table, tableFromIPC } from '@uwdata/flechette';
import { compressions } from '#compressions';
import { badPayload, messageOf } from '../bad-payload.js';
import { checkLayout } from './arrow-layout.js';
import { exact } from './arrow-options.js';
import { checkArrowStream } from './arrow-stream.js';

/** Bytes that the compressed buffers of the current stream may still take when decompressed. */
let leftBytes = 0;

const limited = (decompress: (bytes: Uint8Array, limit: number) => Uint8Array) => (bytes: Uint8Array) => {
  const plain = decompress(bytes, leftBytes);
  leftBytes -= plain.length;
  return plain;
};

const { lz4, zstd } = compressions;
setCompressionCodec(CompressionType.LZ4_FRAME, { encode: lz4.compress, decode: limited(lz4.decompress) });
setCompressionCodec(CompressionType.ZSTD, { encode: zstd.compress, decode: limited(zstd.decompress) });

/** A table, and its number of rows, which flechette takes from the first column. */
export interface ReadTable {
  readonly table: Table;
  readonly rowCount: number;
}

/** Typed arrays over the bytes need this alignment. */
const alignmentBytes = 8;

/**
 * Reads the table of an Arrow IPC stream. Throws a PayloadTooLargeError if its compressed buffers take more than `limitBytes` together,
 * and a PulseMQError `PMQ_BAD_PAYLOAD` for bytes that are not such a stream.
 */
export function readArrow(bytes: Uint8Array, limitBytes: number): ReadTable {
  const rowCount = checkArrowStream(bytes);
  leftBytes = limitBytes;
  try {
    const table = tableFromIPC(bytes.byteOffset % alignmentBytes === 0 ? bytes : new Uint8Array(bytes), exact);
    checkLayout(table);
    return { table, rowCount };
  } catch (error) {
    if (error instanceof PulseMQError) throw error;
    throw badPayload(`Arrow stream cannot be read: ${messageOf(error)}`, error);
  }
}
