/** Bytes and text, without a Node Buffer. */

/** Zero bytes, shared. */
export const emptyBytes = new Uint8Array(0);

/** Copies `[start, end)`. Unlike `slice`, which makes a view of a Node Buffer, this always copies. */
export function copyBytes(buf: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(buf.subarray(start, end));
  return copy;
}

/** Joins byte arrays into a new one. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let sizeBytes = 0;
  for (const part of parts) sizeBytes += part.length;
  const joined = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Reads `[start, end)` as ISO 8859-1, one character per byte. For short names a TextDecoder costs more than this loop. */
export function latin1Text(buf: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(buf[at]!);
  return text;
}

/** The bytes of a text of ISO 8859-1. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** True if `[start, start + expected.length)` holds the expected bytes. Takes the same time wherever they differ. */
export function holdsBytes(buf: Uint8Array, start: number, expected: Uint8Array): boolean {
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= buf[start + i]! ^ expected[i]!;
  return difference === 0;
}

/** Reads bytes of an untrusted peer for an error text: each unprintable byte becomes a dot. */
export function printableText(buf: Uint8Array, start: number, end: number): string {
  return latin1Text(buf, start, end).replace(/[^\x20-\x7e]/g, '.');
}

const encoder = new TextEncoder();

/** Encodes text as UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** RFC 37 `name-char`: the characters of command names and property names. */
export const wireName = /^[A-Za-z0-9\-_.+]{1,255}$/;

/** The rule of `wireName` in words, for error texts. */
export const wireNameRule = '1 to 255 characters of A-Z, a-z, 0-9, - _ . +';
