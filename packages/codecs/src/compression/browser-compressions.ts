import { type CompressionAlgorithm, ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { browserLz4Decompress } from './browser-lz4.js';
import { browserZlibCompress, browserZlibDecompress } from './browser-zlib.js';
import type { Compression } from './compression-type.js';
import { zstdStreamDecompress } from './zstd-stream.js';

/** The compressions of a browser, without native code. LZ4 and zstd are only read: their encoders would be most of the code. */
export const compressions: Readonly<Record<CompressionAlgorithm, Compression>> = {
  zlib: { compress: browserZlibCompress, decompress: browserZlibDecompress },
  lz4: { compress: () => readOnly('lz4'), decompress: browserLz4Decompress },
  zstd: { compress: () => readOnly('zstd'), decompress: zstdStreamDecompress },
};

function readOnly(algorithm: CompressionAlgorithm): never {
  const text = `compression ${algorithm} can be read in a browser, but not written: use zlib`;
  throw new PulseMQError(ErrorCode.badCompression, text);
}
