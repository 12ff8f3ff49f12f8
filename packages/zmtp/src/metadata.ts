/** The properties of READY and INITIATE: name, 4-byte length, value, repeated (RFC 37, "metadata"). */

import { asciiText, copyBytes, printableText, wireName } from './bytes.js';
import { badArgument, badMetadata, tooManyProperties } from './errors.js';

export type Property = readonly [name: string, value: Uint8Array];

/** Keys are in lower case: names compare without regard to case. */
export type Metadata = ReadonlyMap<string, Uint8Array>;

export function encodeMetadata(properties: readonly Property[]): Uint8Array {
  let sizeBytes = 0;
  for (const [name, value] of properties) sizeBytes += 1 + name.length + 4 + value.length;
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const property of properties) at = writeProperty(bytes, at, property);
  return bytes;
}

function writeProperty(into: Uint8Array, at: number, [name, value]: Property): number {
  if (!wireName.test(name)) throw badArgument(`property name ${JSON.stringify(name)} is not 1 to 255 name characters`);
  into[at] = name.length;
  for (let i = 0; i < name.length; i++) into[at + 1 + i] = name.charCodeAt(i);
  const valueAt = at + 1 + name.length + 4;
  new DataView(into.buffer, into.byteOffset).setUint32(valueAt - 4, value.length);
  into.set(value, valueAt);
  return valueAt + value.length;
}

/** Copies every value. A name given twice is refused: which one counts would be anybody's guess. */
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
  if (nameEnd > end) throw badMetadata(`property name of ${nameEnd - start} bytes, ${end - start} left`);
  const name = asciiText(buf, start, nameEnd);
  if (!wireName.test(name)) {
    throw badMetadata(`property name "${printableText(buf, start, nameEnd)}" is not 1 to 255 name characters`);
  }
  return name.toLowerCase();
}

function readValueEnd(buf: Uint8Array, lengthAt: number, end: number, name: string): number {
  if (lengthAt + 4 > end) throw badMetadata(`property ${name} ends inside its length`);
  const valueBytes = new DataView(buf.buffer, buf.byteOffset).getUint32(lengthAt);
  const leftBytes = end - lengthAt - 4;
  if (valueBytes > leftBytes) throw badMetadata(`property ${name} of ${valueBytes} bytes, ${leftBytes} left`);
  return lengthAt + 4 + valueBytes;
}
