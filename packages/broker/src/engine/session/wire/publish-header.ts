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
import type { RequestSpan } from './message-locator.js';
import type { Refusal } from './request-reader.js';

/** Format codes are two bits wide on the wire we accept, compression codes four. */
const formatShift = 4;

/** Bytes frame 4 may have, by format and compression code together; -1 where a code means nothing. */
const limits = new Int32Array(payloadFormats.length << formatShift).fill(-1);
for (const [code, format] of payloadFormats.entries()) {
  limits[code << formatShift] = payloadLimitBytes[format];
  for (let compression = 1; ; compression++) {
    const algorithm = algorithmOfCode(compression);
    if (algorithm === undefined) break;
    limits[(code << formatShift) | compression] = compressedLimitBytes(format, algorithm);
  }
}

/** True when the header of a PUB is in order and its payload within the limit of its format. */
export function isGoodPublishHeader(buf: Buffer, span: RequestSpan): boolean {
  const header = span.start + 2;
  const format = buf[header + HeaderOffset.format]!;
  if (buf[header] !== wireVersion || format >= payloadFormats.length) return false;
  const sizeBytes = span.payloadEnd - span.payloadStart;
  const limitBytes = limits[(format << formatShift) | (buf[header + HeaderOffset.flags]! & compressionMask)]!;
  return sizeBytes <= limitBytes && declaredBytes(buf, header) === sizeBytes;
}

/** What is wrong with a header that is not good. */
export function refuseHeader(buf: Buffer, span: RequestSpan): Refusal {
  const header = span.start + 2;
  const flags = buf[header + HeaderOffset.flags]!;
  const silent = (flags & PubFlag.noReply) !== 0;
  const sizeBytes = span.payloadEnd - span.payloadStart;
  const malformed = (text: string): Refusal => ({
    code: WireError.malformed,
    text: `malformed message: ${text}`,
    silent,
  });
  if (buf[header] !== wireVersion) return malformed(`wire version ${buf[header]} is unknown, expected ${wireVersion}`);
  const format = formatOfCode(buf[header + HeaderOffset.format]!);
  if (format === undefined) {
    return malformed(
      `data format ${buf[header + HeaderOffset.format]} is unknown, expected 0 to ${payloadFormats.length - 1}`,
    );
  }
  const compression = flags & compressionMask;
  const algorithm = algorithmOfCode(compression);
  if (compression !== 0 && algorithm === undefined)
    return malformed(`compression ${compression} is unknown, expected 0 to 3`);
  const limitBytes = algorithm === undefined ? payloadLimitBytes[format] : compressedLimitBytes(format, algorithm);
  if (sizeBytes > limitBytes) {
    const text = `payload of ${sizeBytes} bytes exceeds the ${format} limit of ${limitBytes} bytes`;
    return { code: WireError.payloadTooLarge, text, silent };
  }
  return malformed(`payload_length says ${declaredBytes(buf, header)} bytes, the payload has ${sizeBytes}`);
}

function declaredBytes(buf: Buffer, header: number): number {
  const at = header + HeaderOffset.payloadLength;
  return ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
}
