import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { type EncodedValues, hasValue, isDictionaryWorth, type RowRange, slotCount } from './encoded-values.js';
import { packedCodes, widthOf } from './packed-codes.js';

const valueBytes = 8;
const wordRange = 4_294_967_296;
/** Rows for each value of a dictionary, below which the dictionary is given up while it is made. */
const rowsPerValue = 3;

/** Encodes numbers and times of 64 bits by their bits: so NaN and -0 are values like others. */
export function encodeNumbers({ validity, values, type }: ArrowBuffers, { first, end }: RowRange): EncodedValues {
  const words = new Uint32Array(values.buffer, values.byteOffset + first * valueBytes, 2 * (end - first));
  const present = new Uint32Array(words.length);
  let count = 0;
  for (let row = first; row < end; row++) {
    if (!hasValue(validity, row)) continue;
    present[2 * count] = words[2 * (row - first)]!;
    present[2 * count + 1] = words[2 * (row - first) + 1]!;
    count++;
  }
  const plain = present.subarray(0, 2 * count);
  const range = type === 'float64' ? rangeOfFloats(plain) : rangeOfIntegers(plain);
  return { ...range, ...dictionaryOf(plain, count) };
}

/** The dictionary in which each value stands once, and the codes; or the plain values. */
function dictionaryOf(plain: Uint32Array, count: number): Pick<EncodedValues, 'dictionary' | 'page'> {
  const codes = new Int32Array(count);
  const maxCount = Math.ceil(count / rowsPerValue);
  const distinct = new Uint32Array(2 * maxCount);
  const slots = new Int32Array(slotCount);
  let distinctCount = 0;
  for (let index = 0; index < count; index++) {
    const low = plain[2 * index]!;
    const high = plain[2 * index + 1]!;
    let slot = hashOf(low, high) & (slotCount - 1);
    // A slot holds the code plus one: 0 is empty.
    while (slots[slot] !== 0) {
      const code = slots[slot]! - 1;
      if (distinct[2 * code] === low && distinct[2 * code + 1] === high) break;
      slot = (slot + 1) & (slotCount - 1);
    }
    if (slots[slot] === 0) {
      if (distinctCount === maxCount) return { dictionary: null, page: bytesOf(plain) };
      distinct[2 * distinctCount] = low;
      distinct[2 * distinctCount + 1] = high;
      slots[slot] = ++distinctCount;
    }
    codes[index] = slots[slot]! - 1;
  }
  const page = packedCodes(codes, widthOf(distinctCount));
  const bytes = bytesOf(distinct.subarray(0, 2 * distinctCount));
  return isDictionaryWorth(bytes.length, page.length, plain.byteLength)
    ? { dictionary: { bytes, count: distinctCount }, page }
    : { dictionary: null, page: bytesOf(plain) };
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

type Range = Pick<EncodedValues, 'min' | 'max' | 'nanCount'>;

function rangeOfFloats(words: Uint32Array): Range {
  let [min, max, nanCount] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of new Float64Array(words.buffer, words.byteOffset, words.length / 2)) {
    if (Number.isNaN(value)) nanCount++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (nanCount === words.length / 2) return { min: undefined, max: undefined, nanCount };
  // Parquet: a minimum of zero is -0, and a maximum +0.
  return { min: min === 0 ? -0 : min, max: max === 0 ? 0 : max, nanCount };
}

/** Of integers up to 2^53. */
function rangeOfIntegers(words: Uint32Array): Range {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < words.length; index += 2) {
    const value = (words[index + 1]! | 0) * wordRange + words[index]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (words.length === 0) return { min: undefined, max: undefined, nanCount: 0 };
  return { min: BigInt(min), max: BigInt(max), nanCount: 0 };
}
