import {
  type DataType,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
} from '@uwdata/flechette';

const types: ReadonlyMap<string, () => DataType> = new Map<string, () => DataType>([
  ['Int8Array', int8],
  ['Int16Array', int16],
  ['Int32Array', int32],
  ['BigInt64Array', int64],
  ['Uint8Array', uint8],
  ['Uint8ClampedArray', uint8],
  ['Uint16Array', uint16],
  ['Uint32Array', uint32],
  ['BigUint64Array', uint64],
  ['Float32Array', float32],
  ['Float64Array', float64],
]);

/** The Arrow type of the elements of a typed array, by its tag; undefined if there is none. */
export const typedArrayType = (tag: string): DataType | undefined => types.get(tag)?.();
