import { badPayload } from '../bad-payload.js';

/** Raw bytes as they are. Throws for anything that is not bytes: text has a format of its own. */
export function encodeBytes(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const hint = typeof data === 'string' ? '; use format "string" for text' : '';
  throw badPayload(`format "bytes" takes a Uint8Array, Buffer or ArrayBuffer, not ${typeName(data)}${hint}`);
}

export const decodeBytes = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What a value is, in a word. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? (value.constructor?.name ?? 'an object') : `a ${typeof value}`;
}
