/** One compression of whole payloads. */
export interface Compression {
  compress(bytes: Uint8Array): Uint8Array;
  /** Throws a PayloadTooLargeError instead of producing more than `limitBytes`, and `PMQ_BAD_PAYLOAD` for bytes that are not valid. */
  decompress(bytes: Uint8Array, limitBytes: number): Uint8Array;
}
