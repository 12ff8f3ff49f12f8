import { badPayload } from '../bad-payload.js';
import { typeName } from '../type-name.js';
import { CalendarDate } from '../value/calendar-date.js';
import { Decimal } from '../value/decimal.js';
import { Duration } from '../value/duration.js';
import { TimeOfDay } from '../value/time-of-day.js';
import { type CellPlace, cellText } from './cell-place.js';
import { tagOf } from './tag-of.js';
import { typedArrayName } from './typed-arrays.js';

/** Kinds of values. A column, and each level inside of it, has values of one kind. */
export type Kind =
  | 'number'
  | 'text'
  | 'boolean'
  | 'time'
  | 'date'
  | 'time of day'
  | 'duration'
  | 'decimal'
  | 'bytes'
  | 'list'
  | 'object'
  | 'map';

/** The kind of a value that is not missing. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for a value that a DataFrame cannot hold. */
export function kindOf(value: unknown, place: CellPlace): Kind {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 'number';
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    case 'object':
      return kindOfObject(value as object, place);
    default:
      throw badPayload(`${cellText(place)} is ${typeName(value)}, which a DataFrame cannot hold`);
  }
}

function kindOfObject(value: object, place: CellPlace): Kind {
  if (Array.isArray(value)) return 'list';
  const typedName = typedArrayName(value);
  if (typedName !== undefined) return typedName === 'Uint8Array' ? 'bytes' : 'list';
  if (value instanceof CalendarDate) return 'date';
  if (value instanceof Decimal) return 'decimal';
  if (value instanceof Duration) return 'duration';
  if (value instanceof TimeOfDay) return 'time of day';
  // By tags: `instanceof` is false for objects of another realm, such as that of a test runner.
  switch (tagOf(value)) {
    case 'Date':
      return 'time';
    case 'Map':
      return 'map';
    case 'Set':
      throw badPayload(`${cellText(place)} is a Set, which a DataFrame cannot hold: spread it into an array`);
    default:
  }
  if (isPlainObject(value)) return 'object';
  throw badPayload(
    `${cellText(place)} is ${typeName(value)}, which a DataFrame cannot hold: make a plain object, array, text or number of it`,
  );
}

/** True for objects without a class: all their data is in their own properties. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
