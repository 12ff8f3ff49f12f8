/** Text of bytes that must be UTF-8; undefined when they are not. */
export function strictText(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch {
    // The decoder reports bytes that are not UTF-8 only by throwing. The caller answers the sender.
    return undefined;
  }
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An unchecked name for an error text: at most 80 characters, none of them a control character. */
export const shownText = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
