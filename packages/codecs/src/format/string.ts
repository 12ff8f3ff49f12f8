import { exactText, exactUtf8, nativeBytes } from '#bytes';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../type-name.js';

/** Encodes text as UTF-8. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for anything else, and for half a surrogate pair, which UTF-8 cannot hold. */
export function encodeString(data: unknown): Uint8Array {
  if (typeof data !== 'string') throw badPayload(`format "string" takes a string, not ${typeName(data)}`);
  const bytes = exactUtf8(data);
  if (bytes !== undefined) return bytes;
  throw badPayload('format "string": the text has half a surrogate pair, which UTF-8 cannot hold');
}

/** Decodes UTF-8. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for other bytes. */
export function decodeString(bytes: Uint8Array): string {
  const text = exactText(nativeBytes(bytes), 0, bytes.length);
  if (text !== undefined) return text;
  throw badPayload('payload of format "string" is not valid UTF-8');
}
