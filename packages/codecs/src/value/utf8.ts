import { isUtf8 } from 'node:buffer';

const replacement = '\ufffd';

/**
 * Decodes UTF-8 without changing it: a TextDecoder would drop a byte order mark. Undefined for bytes that are not UTF-8, which the
 * decoder would replace.
 */
export function exactText(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  // Only invalid bytes and the character itself decode to it, so most texts need no second look.
  if (text.includes(replacement) && !isUtf8(bytes.subarray(start, end))) return undefined;
  return text;
}
