import {
  algorithmOfCode,
  type CompressionAlgorithm,
  CompressionCode,
  compressionMask,
  compressionThresholdBytes,
  ErrorCode,
  FormatCode,
  formatOfCode,
  type PayloadFormat,
  PulseMQError,
  payloadFormats,
  payloadLimitBytes,
} from '@pulsemq/protocol';
import { tooLarge } from './bad-payload.js';
import { checkAlgorithm, compress, decompress } from './compression/compression.js';
import { decodeArrow, encodeArrow } from './format/arrow.js';
import { decodeBytes, encodeBytes } from './format/bytes.js';
import { decodeMsgpack, encodeMsgpack } from './format/msgpack.js';
import { decodeString, encodeString } from './format/string.js';

const formats = {
  bytes: { encode: encodeBytes, decode: decodeBytes },
  string: { encode: encodeString, decode: decodeString },
  df_msgpack: { encode: encodeMsgpack, decode: decodeMsgpack },
  df_pyarrow: { encode: encodeArrow, decode: decodeArrow },
} as const;

/** Data to encode. */
export interface PayloadInput {
  readonly format: PayloadFormat;
  /** Bytes, a string, or anything `DataFrame.from` takes, by format. */
  readonly data: unknown;
  /** Default: no compression. */
  readonly compress?: CompressionAlgorithm | undefined;
}

/** A payload frame, and the two bytes of the header that describe it. */
export interface EncodedPayload {
  readonly payload: Uint8Array;
  readonly formatCode: number;
  /** The compression code, 0 to 3. */
  readonly flags: number;
}

/** A decoded payload. */
export interface DecodedPayload {
  /** By format: a Uint8Array (at run time a Buffer), a string, or a DataFrame. */
  readonly data: unknown;
  readonly format: PayloadFormat;
  readonly compressed: CompressionAlgorithm | undefined;
}

/**
 * Serialises data, and compresses it from 1,024 bytes up. Throws a PayloadTooLargeError past the limit of the format, and a
 * PulseMQError for an unknown format or compression and for data that the format cannot hold.
 */
export function encodePayload(input: PayloadInput): EncodedPayload {
  const { format, data, compress: algorithm } = input;
  if (!Object.hasOwn(formats, format)) {
    throw new PulseMQError(
      ErrorCode.badOption,
      `format ${JSON.stringify(format)} is unknown, expected ${payloadFormats.join(', ')}`,
    );
  }
  if (algorithm !== undefined) checkAlgorithm(algorithm);
  const plain = formats[format].encode(data);
  const limitBytes = payloadLimitBytes[format];
  if (plain.length > limitBytes) throw tooLarge(`payload of format ${format}`, plain.length, limitBytes);
  if (algorithm === undefined || plain.length < compressionThresholdBytes) {
    return { payload: plain, formatCode: FormatCode[format], flags: 0 };
  }
  const payload = compress(algorithm, plain);
  return { payload, formatCode: FormatCode[format], flags: CompressionCode[algorithm] };
}

/**
 * Decompresses and decodes a payload. Throws a PayloadTooLargeError past the limit of the format, or past `maxBytes` if that is less,
 * and a PulseMQError for unknown codes and for bytes that are not valid in their format.
 */
export function decodePayload(
  formatCode: number,
  flags: number,
  bytes: Uint8Array,
  maxBytes = Number.POSITIVE_INFINITY,
): DecodedPayload {
  const format = formatOfCode(formatCode);
  if (format === undefined)
    throw new PulseMQError(
      ErrorCode.badPayload,
      `data format ${formatCode} is unknown, expected 0 to ${payloadFormats.length - 1}`,
    );
  const code = flags & compressionMask;
  const compressed = algorithmOfCode(code);
  if (code !== 0 && compressed === undefined) {
    throw new PulseMQError(ErrorCode.badCompression, `compression code ${code} is unknown, expected 0 to 3`);
  }
  const limitBytes = Math.min(payloadLimitBytes[format], maxBytes);
  if (compressed === undefined && bytes.length > limitBytes) {
    throw tooLarge(`payload of format ${format}`, bytes.length, limitBytes);
  }
  const plain = compressed === undefined ? bytes : decompress(compressed, bytes, limitBytes);
  return { data: formats[format].decode(plain, limitBytes), format, compressed };
}
