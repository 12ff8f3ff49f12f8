/** Text of bytes that must be UTF-8; undefined when they are not. */
export function strictText(buf: Buffer, start: number, end: number): string | undefined {
  try {
    return decoder.decode(buf.subarray(start, end));
  } catch {
    // The decoder has no other way to say that the bytes are no UTF-8; the caller answers the sender.
    return undefined;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of an unchecked name, short and without control characters, for error texts. */
export const shownText = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
