import {
  algorithmOfCode,
  compressedLimitBytes,
  compressionMask,
  formatOfCode,
  HeaderOffset,
  PubFlag,
  payloadFormats,
  payloadLimitBytes,
  WireError,
  wireVersion,
} from '@pulsemq/protocol';
import { readU32 } from '@pulsemq/zmtp';
import type { RequestSpan } from './message-locator.js';
import { malformed, type Refusal } from './refusal.js';

/** Format codes are two bits wide on the wire we accept, compression codes four. */
const formatShift = 4;

/** Bytes that frame 4 may have, by format and compression code together; -1 for codes without a meaning. */
const limits = new Int32Array(payloadFormats.length << formatShift).fill(-1);
for (const [code, format] of payloadFormats.entries()) {
  limits[code << formatShift] = payloadLimitBytes[format];
  for (let compression = 1; ; compression++) {
    const algorithm = algorithmOfCode(compression);
    if (algorithm === undefined) break;
    limits[(code << formatShift) | compression] = compressedLimitBytes(format, algorithm);
  }
}

/** The header of a PUB follows the protocol, and its payload is within the limit of its format. */
export function isGoodPublishHeader(message: RequestSpan): boolean {
  const { buf } = message;
  const header = message.start + 2;
  const format = buf[header + HeaderOffset.format]!;
  if (buf[header] !== wireVersion || format >= payloadFormats.length) return false;
  const sizeBytes = message.payloadBytes;
  const limitBytes = limits[(format << formatShift) | (buf[header + HeaderOffset.flags]! & compressionMask)]!;
  return sizeBytes <= limitBytes && readU32(buf, header + HeaderOffset.payloadLength) === sizeBytes;
}

/** What is wrong with a header that is not good. Call only when `isGoodPublishHeader` says no. */
export function refuseHeader(message: RequestSpan): Refusal {
  const { buf } = message;
  const header = message.start + 2;
  const flags = buf[header + HeaderOffset.flags]!;
  const silent = (flags & PubFlag.noReply) !== 0;
  const sizeBytes = message.payloadBytes;
  if (buf[header] !== wireVersion) {
    return malformed(`wire version ${buf[header]} is unknown, expected ${wireVersion}`, silent);
  }
  const format = formatOfCode(buf[header + HeaderOffset.format]!);
  if (format === undefined) {
    return malformed(
      `data format ${buf[header + HeaderOffset.format]} is unknown, expected 0 to ${payloadFormats.length - 1}`,
      silent,
    );
  }
  const compression = flags & compressionMask;
  const algorithm = algorithmOfCode(compression);
  if (compression !== 0 && algorithm === undefined) {
    return malformed(`compression ${compression} is unknown, expected 0 to 3`, silent);
  }
  const limitBytes = algorithm === undefined ? payloadLimitBytes[format] : compressedLimitBytes(format, algorithm);
  if (sizeBytes > limitBytes) {
    const text = `payload of ${sizeBytes} bytes exceeds the ${format} limit of ${limitBytes} bytes`;
    return { code: WireError.payloadTooLarge, text, silent };
  }
  return malformed(
    `payload_length says ${readU32(buf, header + HeaderOffset.payloadLength)} bytes, the payload has ${sizeBytes}`,
    silent,
  );
}
