import type { CompressionAlgorithm } from './compression.js';
import type { PayloadFormat } from './payload-format.js';

/** What turns data into payload bytes and back; `@pulsemq/codecs` is the one for Node. */

/** Turns data into bytes of a format and back. */
export interface PayloadCodec {
  /** Throws a PulseMQError `PMQ_BAD_PAYLOAD` naming what cannot be sent. */
  encode(format: PayloadFormat, data: unknown): Uint8Array;
  /** Throws a PulseMQError `PMQ_BAD_PAYLOAD` when the bytes are not what they claim. */
  decode(format: PayloadFormat, bytes: Uint8Array): unknown;
}

/** Compresses and decompresses whole payloads. */
export interface CompressionCodec {
  compress(algorithm: CompressionAlgorithm, bytes: Uint8Array): Uint8Array;
  /** Never makes more than `limitBytes`: throws a PayloadTooLargeError before it would. */
  decompress(algorithm: CompressionAlgorithm, bytes: Uint8Array, limitBytes: number): Uint8Array;
}
