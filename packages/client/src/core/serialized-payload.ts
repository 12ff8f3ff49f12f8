import type { EncodedPayload } from '@pulsemq/codecs';
import { type CompressionAlgorithm, CompressionCode, FormatCode, type PayloadFormat } from '@pulsemq/protocol';

/** Describes the bytes of a SerializedPayload. */
export interface SerializedPayloadOptions {
  readonly format: PayloadFormat;
  /** Compression of the bytes; null, the default, for none. */
  readonly compressed?: CompressionAlgorithm | null;
  /** Timestamp of the message, Unix milliseconds. Default: the time of the publish. */
  readonly timestampMs?: number | undefined;
}

/**
 * A payload that is already serialised and compressed, such as that of a ReceivedMessage. `publish` sends its bytes unchanged and
 * ignores its own options `format` and `compress`. The bytes are not checked: a receiver finds out whether they fit the format.
 */
export class SerializedPayload {
  readonly payload: Uint8Array;
  /** Unix milliseconds; undefined: the time of the publish. */
  readonly timestampMs: number | undefined;
  readonly #format: PayloadFormat;
  readonly #compressed: CompressionAlgorithm | null;

  constructor(payload: Uint8Array, { format, compressed = null, timestampMs }: SerializedPayloadOptions) {
    this.payload = payload;
    this.timestampMs = timestampMs;
    this.#format = format;
    this.#compressed = compressed;
  }

  /** The payload in the form that the codecs return; the client uses this. */
  get encoded(): EncodedPayload {
    const flags = this.#compressed === null ? 0 : CompressionCode[this.#compressed];
    return { payload: this.payload, formatCode: FormatCode[this.#format], flags };
  }
}
