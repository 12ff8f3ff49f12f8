import { jsonValue } from '@pulsemq/codecs';

/** A cell as text: a text as it is, anything else as its JSON. Null for a missing cell. */
export function cellText(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  const plain = jsonValue(value);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}
