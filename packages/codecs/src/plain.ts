import { type PayloadFormat, payloadLimitBytes } from '@pulsemq/protocol';
import { tooLarge } from './bad-payload.js';
import { decodeBytes, encodeBytes } from './format/bytes.js';
import { decodeString, encodeString } from './format/string.js';

/** The entry `@pulsemq/codecs/plain`: what needs no other package. A browser loads the rest when it is needed: `/payload`, and `/exact-json` with its parser. */

export { jsonValue } from './json/json-value.js';
export { CalendarDate } from './value/calendar-date.js';
export { Decimal } from './value/decimal.js';
export { Duration } from './value/duration.js';
export { PreciseDate } from './value/precise-date.js';
export { TimeOfDay } from './value/time-of-day.js';

/** The formats without a DataFrame. */
export type PlainFormat = 'bytes' | 'string';

const formats = {
  bytes: { encode: encodeBytes, decode: decodeBytes },
  string: { encode: encodeString, decode: decodeString },
} as const;

/** True for `bytes` and `string`. */
export const isPlainFormat = (format: PayloadFormat): format is PlainFormat => Object.hasOwn(formats, format);

/** Serialises bytes or text without compression. Throws as `encodePayload` does. */
export function encodePlain(format: PlainFormat, data: unknown): Uint8Array {
  const bytes = formats[format].encode(data);
  checkSize(format, bytes);
  return bytes;
}

/** Decodes bytes or text that are not compressed. Throws as `decodePayload` does. */
export function decodePlain(format: PlainFormat, bytes: Uint8Array): Uint8Array | string {
  checkSize(format, bytes);
  return formats[format].decode(bytes);
}

function checkSize(format: PlainFormat, bytes: Uint8Array): void {
  const limitBytes = payloadLimitBytes[format];
  if (bytes.length > limitBytes) throw tooLarge(`payload of format ${format}`, bytes.length, limitBytes);
}
