import type { CompressionCodec, PayloadCodec, PayloadFormat } from '@pulsemq/protocol';
import { FormatCode } from '@pulsemq/protocol';
import { compress, decompress } from './compression/compression.js';
import { decodePayload, encodePayload } from './payload.js';

/** The codecs of this package behind the interfaces of the protocol. */
export const nodeCodecs: PayloadCodec & CompressionCodec = {
  encode: (format: PayloadFormat, data: unknown) => encodePayload({ format, data }).payload,
  decode: (format: PayloadFormat, bytes: Uint8Array) => decodePayload(FormatCode[format], 0, bytes).data,
  compress,
  decompress,
};
