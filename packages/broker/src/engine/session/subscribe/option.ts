import { shownText } from '../wire/wire-text.js';

/** One option of a request: its values in words, and the check of a value. */
export interface Option {
  readonly allowed: string;
  accepts(value: unknown): boolean;
}

export const isIntegerOf = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
export const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with options that were given, in words that list what is allowed; undefined when nothing is. `subject`: whose options. */
export function problemOf(
  subject: string,
  given: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, Option>>,
): string | undefined {
  for (const [key, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (option === undefined) {
      return `${subject} option ${shownText(key)} is unknown; allowed are ${Object.keys(options).join(', ')}`;
    }
    if (!option.accepts(value)) {
      return `${subject} option ${shownText(key)} cannot be ${shownText(JSON.stringify(value))}; allowed: ${option.allowed}`;
    }
  }
  return undefined;
}
