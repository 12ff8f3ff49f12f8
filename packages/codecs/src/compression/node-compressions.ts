import type { CompressionAlgorithm } from '@pulsemq/protocol';
import type { Compression } from './compression-type.js';
import { lz4Compress, lz4Decompress } from './lz4.js';
import { zlibCompress, zlibDecompress } from './zlib.js';
import { zstdCompress, zstdDecompress } from './zstd.js';

/** The compressions of Node. `browser-compressions.ts` has those for browsers; the conditions of package.json choose one of them. */
export const compressions: Readonly<Record<CompressionAlgorithm, Compression>> = {
  zlib: { compress: zlibCompress, decompress: zlibDecompress },
  lz4: { compress: lz4Compress, decompress: lz4Decompress },
  zstd: { compress: zstdCompress, decompress: zstdDecompress },
};
