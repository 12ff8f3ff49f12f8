import type { DataType } from '@uwdata/flechette';
import type { CellPlace } from './cell-place.js';
import type { Kind } from './kind.js';

/** What the values of one column, or of one level inside of it, are. It has seen all of them before its target is asked for. */
export interface Shape {
  readonly kind: Kind;
  /** Takes the next value that is not missing. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for one that no Arrow type can hold. */
  add(value: unknown, place: CellPlace): void;
  /** The Arrow type that holds all values exactly. Throws if there is none. */
  target(): Target;
}

/** An Arrow type, and how values are written in it. */
export interface Target {
  readonly type: DataType;
  /** A value that is not missing, in the form that flechette's builder writes without changing it. */
  convert(value: unknown): unknown;
}

/** A missing value is null. */
export const converted = (target: Target, value: unknown): unknown =>
  value === null || value === undefined ? null : target.convert(value);

/** A level inside of a column: the items of a list, or a field. */
export interface Level {
  add(value: unknown, place: CellPlace): void;
  nestedTarget(): Target;
}

/** Makes the levels of a list, an object or a map. */
export type NewLevel = () => Level;
