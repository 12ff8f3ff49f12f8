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

/** An Arrow type, and a copy of elements as the array that flechette knows it by. */
type Kept = readonly [type: () => DataType, copy: (elements: never) => ArrayLike<unknown>];

const kept: ReadonlyMap<string, Kept> = new Map<string, Kept>([
  ['Int8Array', [int8, (elements) => new Int8Array(elements)]],
  ['Int16Array', [int16, (elements) => new Int16Array(elements)]],
  ['Int32Array', [int32, (elements) => new Int32Array(elements)]],
  ['BigInt64Array', [int64, (elements) => new BigInt64Array(elements)]],
  ['Uint8Array', [uint8, (elements) => new Uint8Array(elements)]],
  ['Uint8ClampedArray', [uint8, (elements) => new Uint8Array(elements)]],
  ['Uint16Array', [uint16, (elements) => new Uint16Array(elements)]],
  ['Uint32Array', [uint32, (elements) => new Uint32Array(elements)]],
  ['BigUint64Array', [uint64, (elements) => new BigUint64Array(elements)]],
  ['Float32Array', [float32, (elements) => new Float32Array(elements)]],
  ['Float64Array', [float64, (elements) => new Float64Array(elements)]],
]);

/** The Arrow type of the elements of a typed array, by its name; undefined if there is none. */
export const typedArrayType = (name: string): DataType | undefined => kept.get(name)?.[0]();

/**
 * A copy of a typed array whose elements have an Arrow type. flechette knows only the classes of its own realm, so a Buffer, a subclass and
 * an array of another realm become one of them.
 */
export const copyOfTyped = (name: string, values: ArrayBufferView): ArrayLike<unknown> =>
  kept.get(name)![1](values as never);

const nameGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!
  .get!;

/**
 * `Float64Array`, `Uint8Array`, ...: the name of a typed array of any class and realm. Undefined for all else, also for a DataView. A
 * subclass cannot change it, as it can change its tag.
 */
export const typedArrayName = (value: unknown): string | undefined => nameGetter.call(value) as string | undefined;
