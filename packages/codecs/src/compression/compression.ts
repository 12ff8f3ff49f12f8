import { type CompressionAlgorithm, compressionAlgorithms, ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { compressions } from '#compressions';

/** Throws a PulseMQError `PMQ_BAD_COMPRESSION` unless the name is one of `zlib`, `lz4`, `zstd`. */
export function checkAlgorithm(name: string): asserts name is CompressionAlgorithm {
  if ((compressionAlgorithms as readonly string[]).includes(name)) return;
  throw new PulseMQError(
    ErrorCode.badCompression,
    `compression ${JSON.stringify(name)} is unknown, expected ${compressionAlgorithms.join(', ')}`,
  );
}

/** Compresses a whole payload. Incompressible data gets a little larger. Throws a PulseMQError `PMQ_BAD_COMPRESSION` for an unknown algorithm. */
export function compress(algorithm: CompressionAlgorithm, bytes: Uint8Array): Uint8Array {
  checkAlgorithm(algorithm);
  return compressions[algorithm].compress(bytes);
}

/**
 * Decompresses a whole payload. Throws a PayloadTooLargeError instead of producing more than `limitBytes`, a PulseMQError
 * `PMQ_BAD_PAYLOAD` for bytes that are not valid, and `PMQ_BAD_COMPRESSION` for an unknown algorithm.
 */
export function decompress(algorithm: CompressionAlgorithm, bytes: Uint8Array, limitBytes: number): Uint8Array {
  checkAlgorithm(algorithm);
  return compressions[algorithm].decompress(bytes, limitBytes);
}
