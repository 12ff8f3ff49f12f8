import { nativeBytes } from '#bytes';
import { badPayload } from '../bad-payload.js';
import { typeName } from '../type-name.js';

/** Returns bytes without a copy. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for anything else: text has its own format. */
export function encodeBytes(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const hint = typeof data === 'string' ? '; use format "string" for text' : '';
  throw badPayload(`format "bytes" takes a Uint8Array, Buffer or ArrayBuffer, not ${typeName(data)}${hint}`);
}

/** Returns the bytes without a copy, as the platform has them: `data` of a received message is a Buffer on Node. */
export const decodeBytes = (bytes: Uint8Array): Uint8Array => nativeBytes(bytes);
