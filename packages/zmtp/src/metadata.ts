import { ZmtpError, ZmtpErrorCode } from './errors.js';

/** Properties of READY and INITIATE: name length 1, name, value length 4 big-endian, value (RFC 23). */

const encoder = new TextEncoder();

/** Encodes properties in the order given. */
export function encodeMetadata(properties: ReadonlyMap<string, Uint8Array>): Uint8Array {
  let size = 0;
  for (const [name, value] of properties) size += 5 + name.length + value.length;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const [name, value] of properties) {
    bytes[at] = name.length;
    bytes.set(encoder.encode(name), at + 1);
    at += 1 + name.length;
    new DataView(bytes.buffer).setUint32(at, value.length);
    bytes.set(value, at + 4);
    at += 4 + value.length;
  }
  return bytes;
}

/** Reads properties; names come in lower case, because they are compared without case. Values are copies. */
export function parseMetadata(
  buf: Uint8Array,
  start: number,
  end: number,
  maxEntryCount: number,
): Map<string, Uint8Array> {
  const properties = new Map<string, Uint8Array>();
  let at = start;
  while (at < end) {
    const nameEnd = at + 1 + buf[at]!;
    if (nameEnd === at + 1 || nameEnd + 4 > end) throw truncated(end - start);
    const valueBytes = new DataView(buf.buffer, buf.byteOffset + nameEnd, 4).getUint32(0);
    const valueEnd = nameEnd + 4 + valueBytes;
    if (valueEnd > end) throw truncated(end - start);
    if (properties.size === maxEntryCount) {
      throw new ZmtpError(ZmtpErrorCode.badMetadata, `metadata has more than ${maxEntryCount} properties`);
    }
    let name = '';
    for (let index = at + 1; index < nameEnd; index++) name += String.fromCharCode(buf[index]!);
    properties.set(name.toLowerCase(), buf.slice(nameEnd + 4, valueEnd));
    at = valueEnd;
  }
  return properties;
}

const truncated = (bytes: number): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.badMetadata, `metadata of ${bytes} bytes ends inside a property`);
