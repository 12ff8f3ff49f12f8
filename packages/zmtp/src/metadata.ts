/** The metadata of READY and INITIATE: properties of name, 4-byte length and value (RFC 37, "metadata"). */

import { copyBytes, latin1Text, printableText, wireName, wireNameRule } from './bytes.js';
import { badArgument, badMetadata, tooManyProperties } from './errors.js';
import { readU32, writeU32 } from './integers.js';

/** One property. The name is 1 to 255 characters of RFC 37 `name-char`. */
export type Property = readonly [name: string, value: Uint8Array];

/** Property values by name. Keys are in lower case, because names are case-insensitive. */
export type Metadata = ReadonlyMap<string, Uint8Array>;

/** Encodes properties. Throws a ZmtpError for a name that RFC 37 does not allow. */
export function encodeMetadata(properties: readonly Property[]): Uint8Array {
  let sizeBytes = 0;
  for (const [name, value] of properties) sizeBytes += 1 + name.length + 4 + value.length;
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const property of properties) at = writeProperty(bytes, at, property);
  return bytes;
}

function writeProperty(into: Uint8Array, at: number, [name, value]: Property): number {
  if (!wireName.test(name)) throw badArgument(`property name ${JSON.stringify(name)} is not ${wireNameRule}`);
  into[at] = name.length;
  for (let i = 0; i < name.length; i++) into[at + 1 + i] = name.charCodeAt(i);
  const valueAt = at + 1 + name.length + 4;
  writeU32(into, valueAt - 4, value.length);
  into.set(value, valueAt);
  return valueAt + value.length;
}

/**
 * Reads properties and copies their values. Throws a ZmtpError for bytes that do not form properties, for more than
 * `maxEntries`, and for a name that appears twice: RFC 37 does not say which value counts.
 */
export function parseMetadata(buf: Uint8Array, start: number, end: number, maxEntries: number): Metadata {
  const metadata = new Map<string, Uint8Array>();
  let at = start;
  while (at < end) {
    if (metadata.size === maxEntries) throw tooManyProperties(maxEntries);
    const nameEnd = at + 1 + buf[at]!;
    const name = readName(buf, at + 1, nameEnd, end);
    const valueEnd = readValueEnd(buf, nameEnd, end, name);
    if (metadata.has(name)) throw badMetadata(`property ${name} appears twice`);
    metadata.set(name, copyBytes(buf, nameEnd + 4, valueEnd));
    at = valueEnd;
  }
  return metadata;
}

function readName(buf: Uint8Array, start: number, nameEnd: number, end: number): string {
  if (nameEnd > end)
    throw badMetadata(`property name of ${nameEnd - start} bytes, but only ${end - start} bytes are left`);
  const name = latin1Text(buf, start, nameEnd);
  if (!wireName.test(name)) {
    throw badMetadata(`property name "${printableText(buf, start, nameEnd)}" is not ${wireNameRule}`);
  }
  return name.toLowerCase();
}

function readValueEnd(buf: Uint8Array, lengthAt: number, end: number, name: string): number {
  if (lengthAt + 4 > end) throw badMetadata(`property ${name} ends inside its length`);
  const valueBytes = readU32(buf, lengthAt);
  const leftBytes = end - lengthAt - 4;
  if (valueBytes > leftBytes)
    throw badMetadata(`property ${name} of ${valueBytes} bytes, but only ${leftBytes} bytes are left`);
  return lengthAt + 4 + valueBytes;
}
