import { base64Of } from '#bytes';
import { tagOf } from '../shape/tag-of.js';
import { objectOf } from '../value/object-of.js';

/**
 * A cell as JSON can hold it without loss. What JSON has no form for becomes text: bigint, `NaN`, `Infinity`, `-Infinity`, `-0`, times
 * and dates as ISO 8601, decimals, durations, bytes as base64. A map becomes an array of pairs.
 */
export function jsonValue(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : numberText(value);
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : jsonObject(value);
    default:
      return value ?? null;
  }
}

/** `NaN`, `Infinity`, `-Infinity`, `-0`, for which JSON has no number that all readers keep. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function jsonObject(value: object): unknown {
  if (value instanceof Uint8Array) return base64Of(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as unknown as ArrayLike<unknown>, jsonValue);
  }
  if (tagOf(value) === 'Map') {
    return Array.from(value as ReadonlyMap<unknown, unknown>, ([key, one]) => [jsonValue(key), jsonValue(one)]);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
  const entries = Object.entries(value);
  return objectOf(
    entries.map(([name]) => name),
    (index) => jsonValue(entries[index]![1]),
  );
}
