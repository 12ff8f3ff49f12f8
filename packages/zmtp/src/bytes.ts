/** Byte helpers shared by the files of this package; not part of its surface. */

export const emptyBytes = new Uint8Array(0);

/** A copy for sure: `slice` of a Node Buffer is a view. */
export function copyBytes(buf: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(buf.subarray(start, end));
  return copy;
}

export function joinBytes(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}

/** Names on the wire are ASCII, and so short that a TextDecoder costs more than it saves. */
export function asciiText(buf: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(buf[at]!);
  return text;
}

/** What came from a stranger, fit for an error text: anything unprintable becomes a dot. */
export function printableText(buf: Uint8Array, start: number, end: number): string {
  return asciiText(buf, start, end).replace(/[^\x20-\x7e]/g, '.');
}

const encoder = new TextEncoder();

export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** RFC 37 `name-char`, the same set for commands and properties. */
export const wireName = /^[A-Za-z0-9\-_.+]{1,255}$/;
