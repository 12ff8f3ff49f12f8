import { isUtf8 } from 'node:buffer';
import { badPayload } from '../bad-payload.js';
import { typeName } from './bytes.js';

/** UTF-8 text. Throws for anything else, and for text with half a surrogate pair, which has no UTF-8. */
export function encodeString(data: unknown): Uint8Array {
  if (typeof data !== 'string') throw badPayload(`format "string" takes a string, not ${typeName(data)}`);
  const bytes = Buffer.from(data, 'utf8');
  // An unpaired surrogate becomes the replacement character: the only way the text can come back different.
  if (bytes.includes('\ufffd') && bytes.toString('utf8') !== data) {
    throw badPayload('format "string": the text has half a surrogate pair and cannot be written as UTF-8');
  }
  return bytes;
}

export function decodeString(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw badPayload('payload of format "string" is not UTF-8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
