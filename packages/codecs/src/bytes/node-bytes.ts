import { isUtf8 } from 'node:buffer';

/** Bytes and text on Node. `browser-bytes.ts` has the same for browsers; the conditions of package.json choose one of them. */

/** Bytes as the platform reads text from them fastest: on Node a Buffer. */
export type NativeBytes = Buffer;

/** The same memory, without a copy. */
export const nativeBytes = (bytes: Uint8Array): NativeBytes =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Memory that the caller overwrites: it may hold anything. */
export const allocate = (sizeBytes: number): Uint8Array => Buffer.allocUnsafe(sizeBytes);

const replacement = '\ufffd';

/**
 * Decodes UTF-8 without changing it: a TextDecoder would drop a byte order mark. Undefined for bytes that are not UTF-8, which the
 * decoder would replace.
 */
export function exactText(bytes: NativeBytes, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  // Only invalid bytes and the character itself decode to it, so most texts need no second look.
  if (text.includes(replacement) && !isUtf8(bytes.subarray(start, end))) return undefined;
  return text;
}

/** Encodes text as UTF-8. Undefined for a text with half a surrogate pair, which UTF-8 cannot hold. */
export function exactUtf8(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'utf8');
  // Half a surrogate pair becomes the replacement character. In no other case does the text differ after decoding.
  return bytes.includes(replacement) && bytes.toString('utf8') !== text ? undefined : bytes;
}

/** RFC 4648, with padding. */
export const base64Of = (bytes: Uint8Array): string => nativeBytes(bytes).toString('base64');

/** Decodes base64. The bytes have memory of their own. */
export const bytesOfBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
