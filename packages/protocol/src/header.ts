/** The header: frame 0 of every message. All integers are big-endian. */

/** Size of the header. */
export const headerBytes = 20;

/** Value of byte 0. There is one version. */
export const wireVersion = 4;

/** Offset of each field. */
export const HeaderOffset = {
  version: 0,
  type: 1,
  format: 2,
  flags: 3,
  payloadLength: 4,
  messageCount: 8,
  timestamp: 12,
} as const;

/** The fields of a header. Their values are not checked: the receiver decides which codes it accepts. */
export interface Header {
  readonly version: number;
  /** A `MessageType`. */
  readonly type: number;
  /** A `FormatCode`. */
  readonly format: number;
  /** Compression code in the low four bits, `PubFlag` bits in the high four. */
  readonly flags: number;
  /** Bytes of the payload frame as sent, after compression: 0 to 2^32 - 1. */
  readonly payloadLength: number;
  /** 0 from all known clients. The broker passes it on. */
  readonly messageCount: number;
  /** The sender's clock, Unix milliseconds. */
  readonly timestamp: number;
}

/** Reads the header at `at`. Throws a RangeError if fewer than 20 bytes are left. */
export function decodeHeader(buf: Uint8Array, at = 0): Header {
  const view = new DataView(buf.buffer, buf.byteOffset + at, headerBytes);
  return {
    version: view.getUint8(HeaderOffset.version),
    type: view.getUint8(HeaderOffset.type),
    format: view.getUint8(HeaderOffset.format),
    flags: view.getUint8(HeaderOffset.flags),
    payloadLength: view.getUint32(HeaderOffset.payloadLength),
    messageCount: view.getUint32(HeaderOffset.messageCount),
    timestamp: Number(view.getBigInt64(HeaderOffset.timestamp)),
  };
}

/** Writes a header of version 4 at `at` and returns the offset after it. */
export function writeHeader(into: Uint8Array, at: number, header: Omit<Header, 'version'>): number {
  const view = new DataView(into.buffer, into.byteOffset + at, headerBytes);
  view.setUint8(HeaderOffset.version, wireVersion);
  view.setUint8(HeaderOffset.type, header.type);
  view.setUint8(HeaderOffset.format, header.format);
  view.setUint8(HeaderOffset.flags, header.flags);
  view.setUint32(HeaderOffset.payloadLength, header.payloadLength);
  view.setUint32(HeaderOffset.messageCount, header.messageCount);
  view.setBigInt64(HeaderOffset.timestamp, BigInt(header.timestamp));
  return at + headerBytes;
}

/** Encodes a header of version 4. */
export function encodeHeader(header: Omit<Header, 'version'>): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  writeHeader(bytes, 0, header);
  return bytes;
}
