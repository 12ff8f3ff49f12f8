import type { DataType } from '@uwdata/flechette';

/**
 * flechette computes times and dates in floating point when it builds them. So they are built as the integers that they are stored as,
 * and get their own type afterwards.
 */
const finalTypes = new WeakMap<DataType, DataType>();

/** A type to build with, which becomes the other one in `settleTypes`. */
export function storedAs(stored: DataType, final: DataType): DataType {
  finalTypes.set(stored, final);
  return stored;
}

/** Gives a type, and the types inside of it, their final form. All batches of a column share the object, so it is changed in place. */
export function settleTypes(type: DataType): void {
  if ('children' in type) for (const child of type.children) settleTypes(child.type);
  const final = finalTypes.get(type);
  if (final === undefined) return;
  finalTypes.delete(type);
  for (const name of Object.keys(type)) Reflect.deleteProperty(type, name);
  Object.assign(type, final);
}
