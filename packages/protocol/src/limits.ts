import type { CompressionAlgorithm } from './compression.js';
import type { PayloadFormat } from './payload-format.js';

/** Limits that both ends check. Each is a maximum: a value of exactly the limit is accepted. */

/** Serialised bytes of a payload by format, before compression and after decompression. */
export const payloadLimitBytes = {
  bytes: 10_485_760,
  string: 8_192,
  df_msgpack: 1_048_576,
  df_pyarrow: 67_108_864,
} as const satisfies Record<PayloadFormat, number>;

/**
 * Cells of a DataFrame, rows times columns, that a reader makes of one payload. Rows of a df_msgpack may each name other columns, so a
 * payload of 0.5 MB can stand for billions of cells. At 8 bytes a cell it is 64 MiB, as much as the largest df_pyarrow payload.
 */
export const frameCellMaxCount = 8_388_608;

/** Columns of a DataFrame. No exchange lists more instruments, and each column costs a reader about 1.5 KB. */
export const frameColumnMaxCount = 32_768;

/** Levels of lists, structs and maps inside of a cell. */
export const frameDepthMax = 32;

/** Characters of one level of a topic or pattern, and of a namespace. */
export const levelMaxLength = 32;

/** Levels of a topic or pattern that a broker may be set to allow (`limits.topic_levels`). */
export const topicMaxLevelCount = 8;
/** Levels that it allows by default. */
export const topicDefaultLevelCount = 3;

/** Characters of a topic or pattern: with its namespace it fits a short ZMTP frame of 255 bytes. */
export const topicMaxLength = 222;

/**
 * Largest compressed payload, bytes. It is above the limit of the format, because `pulse-mq` also compresses data that does not get
 * smaller. Each formula is the worst case of the algorithm's own encoder: zlib's compressBound, LZ4 frames of 64 KiB blocks with
 * checksums, ZSTD_COMPRESSBOUND.
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
    default:
      return algorithm satisfies never;
  }
}
