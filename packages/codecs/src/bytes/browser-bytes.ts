/** Bytes and text in a browser: what `node-bytes.ts` does on Node, without a Buffer. */

/** Bytes as they are. */
export type NativeBytes = Uint8Array;

/** The same bytes. */
export const nativeBytes = (bytes: Uint8Array): NativeBytes => bytes;

/** Memory that the caller overwrites. */
export const allocate = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Decodes UTF-8 without changing it. Undefined for bytes that are not UTF-8. */
export function exactText(bytes: NativeBytes, start: number, end: number): string | undefined {
  try {
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    // It throws for nothing but bytes that are not UTF-8.
    return undefined;
  }
}

const halfPair = /\p{Surrogate}/u;

/** Encodes text as UTF-8. Undefined for a text with half a surrogate pair, which UTF-8 cannot hold. */
export const exactUtf8 = (text: string): Uint8Array | undefined =>
  halfPair.test(text) ? undefined : encoder.encode(text);

/** Bytes that become arguments of one call: engines limit their number. */
const pieceBytes = 8_192;

/** RFC 4648, with padding. */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceBytes));
  }
  return btoa(text);
}

/** Decodes base64. */
export const bytesOfBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
