import { type Column, columnFromArray, columnFromValues, type DataType } from '@uwdata/flechette';
import { badPayload, messageOf } from '../bad-payload.js';
import { settleTypes } from '../shape/late-type.js';
import { converted, type Target } from '../shape/shape.js';
import { Slot } from '../shape/slot.js';
import { copyOfTyped, typedArrayName, typedArrayType } from '../shape/typed-arrays.js';
import { typeName } from '../type-name.js';
import { exact } from './arrow-options.js';
import type { ColumnValues } from './named-values.js';

/**
 * An Arrow column with exactly these values. A typed array keeps its type. `isFloat`: whole numbers are float64, too. Throws a
 * PulseMQError `PMQ_BAD_PAYLOAD` that names the column, and the row of a value that cannot be kept.
 */
export function buildColumn(name: string, values: ColumnValues, isFloat: boolean): Column<unknown> {
  if (ArrayBuffer.isView(values)) return typedColumn(name, values as ArrayLike<unknown> & ArrayBufferView);
  const target = targetOf(name, values, isFloat);
  try {
    return columnOf(values, target);
  } catch (error) {
    throw badPayload(`column ${JSON.stringify(name)} cannot be written: ${messageOf(error)}`, error);
  }
}

/** The Arrow type of a column, which holds all its values exactly. Throws as `buildColumn` does. */
export function columnType(name: string, values: ColumnValues): DataType {
  if (ArrayBuffer.isView(values)) return typeOfTyped(name, values);
  const { type } = targetOf(name, values, false);
  settleTypes(type);
  return type;
}

function targetOf(name: string, values: ColumnValues, isFloat: boolean): Target {
  const slot = new Slot(0, isFloat);
  const place = { path: name, row: 0 };
  for (; place.row < values.length; place.row++) slot.add(values[place.row], place);
  return slot.columnTarget();
}

function columnOf(values: ColumnValues, target: Target): Column<unknown> {
  const column = columnFromValues(
    (write) => {
      for (let row = 0; row < values.length; row++) write(converted(target, values[row]));
    },
    target.type,
    exact,
  );
  settleTypes(target.type);
  return column;
}

function typedColumn(name: string, values: ArrayLike<unknown> & ArrayBufferView): Column<unknown> {
  const type = typeOfTyped(name, values);
  // A copy, because a DataFrame does not change and the array may.
  const copy = copyOfTyped(typedArrayName(values)!, values);
  if (copy.length === 0) return columnFromValues([], type, exact);
  return columnFromArray(copy as never, undefined, exact);
}

function typeOfTyped(name: string, values: ArrayBufferView): DataType {
  const type = typedArrayType(typedArrayName(values) ?? '');
  if (type !== undefined) return type;
  throw badPayload(`column ${JSON.stringify(name)} is ${typeName(values)}, which Arrow has no type for: use an array`);
}
