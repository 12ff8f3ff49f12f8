import { isUtf8 } from 'node:buffer';
import { asBuffer } from '../as-buffer.js';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../type-name.js';

/** Encodes text as UTF-8. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for anything else, and for half a surrogate pair, which UTF-8 cannot hold. */
export function encodeString(data: unknown): Uint8Array {
  if (typeof data !== 'string') throw badPayload(`format "string" takes a string, not ${typeName(data)}`);
  const bytes = Buffer.from(data, 'utf8');
  // Half a surrogate pair becomes the replacement character. In no other case does the text differ after decoding.
  if (bytes.includes('\ufffd') && bytes.toString('utf8') !== data) {
    throw badPayload('format "string": the text has half a surrogate pair, which UTF-8 cannot hold');
  }
  return bytes;
}

/** Decodes UTF-8. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other bytes. */
export function decodeString(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw badPayload('payload of format "string" is not valid UTF-8');
  return asBuffer(bytes).toString('utf8');
}
