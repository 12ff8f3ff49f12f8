import type { CompressionAlgorithm } from './compression.js';
import type { PayloadFormat } from './payload-format.js';

/** Limits both ends hold to. Each is a maximum: exactly the limit passes. */

/** Serialised payload bytes per format, before compression and after decompression. */
export const payloadLimitBytes = {
  bytes: 10_485_760,
  string: 8_192,
  df_msgpack: 1_048_576,
  df_pyarrow: 67_108_864,
} as const satisfies Record<PayloadFormat, number>;

/** Characters of one level of a topic, and of a namespace. */
export const levelMaxLength = 32;

/** Levels of a topic or pattern. */
export const topicMaxLevelCount = 3;

/**
 * Frame 4 of a compressed payload may be longer than the payload it holds: the original compresses incompressible data
 * too. These are the worst cases of the algorithms' own encoders (zlib's compressBound; LZ4 frames of 64 KiB blocks with
 * checksums; ZSTD_COMPRESSBOUND).
 */
export function compressedLimitBytes(format: PayloadFormat, algorithm: CompressionAlgorithm): number {
  const size = payloadLimitBytes[format];
  switch (algorithm) {
    case 'zlib':
      return size + (size >> 12) + (size >> 14) + (size >> 25) + 13;
    case 'lz4':
      return size + 8 * Math.ceil(size / 65_536) + 32;
    case 'zstd':
      return size + (size >> 8) + (size < 131_072 ? (131_072 - size) >> 11 : 0) + 32;
  }
}
