import type { EncodedPayload } from '@pulsemq/codecs';
import { type CompressionAlgorithm, CompressionCode, FormatCode, type PayloadFormat } from '@pulsemq/protocol';

/** What a payload that is bytes already claims to be. */
export interface SerializedPayloadOptions {
  readonly format: PayloadFormat;
  /** How the bytes are compressed; null when they are not. */
  readonly compressed?: CompressionAlgorithm | null;
  /** The publisher's clock, Unix milliseconds; now when left out. */
  readonly timestampMs?: number | undefined;
}

/**
 * A payload that is serialised, and compressed, already, such as that of a ReceivedMessage: `publish` sends it byte for byte, whatever
 * its own options say of format and compression. Whether the bytes are what they claim is for those who read them.
 */
export class SerializedPayload {
  readonly payload: Uint8Array;
  readonly timestampMs: number | undefined;
  readonly #format: PayloadFormat;
  readonly #compressed: CompressionAlgorithm | null;

  constructor(payload: Uint8Array, { format, compressed = null, timestampMs }: SerializedPayloadOptions) {
    this.payload = payload;
    this.timestampMs = timestampMs;
    this.#format = format;
    this.#compressed = compressed;
  }

  /** As the codecs would have made it. */
  get encoded(): EncodedPayload {
    const flags = this.#compressed === null ? 0 : CompressionCode[this.#compressed];
    return { payload: this.payload, formatCode: FormatCode[this.#format], flags };
  }
}
