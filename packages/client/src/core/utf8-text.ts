const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Decodes the bytes `[start, end)` as UTF-8. Invalid bytes become the replacement character. */
export const utf8Text = (buf: Uint8Array, start: number, end: number): string =>
  decoder.decode(buf.subarray(start, end));
