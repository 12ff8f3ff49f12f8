/** Characters that JSON writes for each character of a text: control characters and halves of surrogate pairs take up to six. */
function escapedLength(code: number): number {
  if (code === 0x22 || code === 0x5c) return 2;
  if (code < 0x20) return 6;
  return code >= 0xd800 && code <= 0xdfff ? 6 : 1;
}

/** Characters of a text as JSON, its quotes included; counts no further than `limit`. */
export function textLength(text: string, limit: number): number {
  let length = 2;
  for (let index = 0; index < text.length && length <= limit; index++) length += escapedLength(text.charCodeAt(index));
  return length;
}

/** The beginning of a text that has at most `limit` characters as JSON. */
export function cutText(text: string, limit: number): string {
  let length = 2;
  for (let index = 0; index < text.length; index++) {
    length += escapedLength(text.charCodeAt(index));
    if (length > limit) return text.slice(0, index);
  }
  return text;
}

/** Characters of a value as JSON, or a few more; counts no further than `limit`. */
export function jsonLength(value: unknown, limit: number): number {
  if (typeof value === 'string') return textLength(value, limit);
  if (typeof value !== 'object' || value === null) return 24;
  let length = 2;
  for (const [key, part] of Object.entries(value)) {
    if (length > limit) return length;
    if (!Array.isArray(value)) length += textLength(key, limit - length) + 1;
    length += jsonLength(part, limit - length) + 1;
  }
  return length;
}
