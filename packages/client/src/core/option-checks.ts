import { ErrorCode, PulseMQError } from '@pulsemq/protocol';

/** Checks of single options, and their errors. */

/** The error for a bad option or argument. */
export const badOption = (name: string, value: unknown, expected: string): PulseMQError =>
  new PulseMQError(ErrorCode.badOption, `${name} is ${shownValue(value)}, expected ${expected}`);

/** A value for an error text. Of objects only the type, but for times and lists: they may be large or hold secrets. */
export function shownValue(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (Array.isArray(value)) return `a list of ${value.length} entries`;
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) return `of type ${typeof value}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Returns an integer of the range, or throws a PulseMQError `PMQ_BAD_OPTION`. */
export function integer(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw badOption(name, value, `an integer from ${min} to ${max}`);
}

/** Returns a text that is not empty, or throws a PulseMQError `PMQ_BAD_OPTION`. */
export function text(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badOption(name, value, 'a string that is not empty');
}

/** Returns one of the words, or throws a PulseMQError `PMQ_BAD_OPTION`. */
export function oneOf<Word extends string | boolean>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  throw badOption(name, value, words.join(' or '));
}
