/** Frame 0 of every message: 20 bytes, all integers big-endian. */

/** Exact size of frame 0. */
export const headerBytes = 20;

/** The only value of byte 0. */
export const wireVersion = 4;

/** Where each field starts. */
export const HeaderOffset = {
  version: 0,
  type: 1,
  format: 2,
  flags: 3,
  payloadLength: 4,
  messageCount: 8,
  timestamp: 12,
} as const;

/** The header as numbers. Codes are not checked here: the receiver decides what it accepts. */
export interface Header {
  readonly version: number;
  /** A `MessageType`. */
  readonly type: number;
  /** A `FormatCode`. */
  readonly format: number;
  /** Compression code in the low four bits, `PubFlag` bits above. */
  readonly flags: number;
  /** Bytes of frame 4 as sent, after compression; 0 to 2^32-1. */
  readonly payloadLength: number;
  /** Always 0 from the known clients; passed through. */
  readonly messageCount: number;
  /** The sender's clock, Unix milliseconds. */
  readonly timestamp: number;
}

/** Reads the 20 bytes at `at`. The caller has checked that they are there. */
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

/** Writes a header of version 4 into `into` at `at` and returns the offset after it. */
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

/** A header of version 4 in 20 bytes of its own. */
export function encodeHeader(header: Omit<Header, 'version'>): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  writeHeader(bytes, 0, header);
  return bytes;
}
