import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { type EncodedValues, hasValue, isDictionaryWorth, type RowRange, slotCount } from './encoded-values.js';
import { packedCodes, widthOf } from './packed-codes.js';

/** Bytes of the length before each text. */
const lengthBytes = 4;
/** Rows for each text of a dictionary, below which the dictionary is given up while it is made. */
const rowsPerText = 2;

/** Texts of a row group: where each of them lies in the UTF-8 of its column. */
interface Texts {
  readonly utf8: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Encodes the texts of a row group. */
export function encodeTexts({ validity, values, offsets }: ArrowBuffers, { first, end }: RowRange): EncodedValues {
  const starts = new Int32Array(end - first);
  const ends = new Int32Array(end - first);
  let count = 0;
  for (let row = first; row < end; row++) {
    if (!hasValue(validity, row)) continue;
    starts[count] = offsets![row]!;
    ends[count++] = offsets![row + 1]!;
  }
  const utf8 = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const all = { utf8, starts: starts.subarray(0, count), ends: ends.subarray(0, count) };
  const { distinct, codes } = distinctOf(all);
  const plainBytes = bytesOf(all);
  if (codes !== null) {
    const page = packedCodes(codes, widthOf(distinct.starts.length));
    if (isDictionaryWorth(bytesOf(distinct), page.length, plainBytes)) {
      const dictionary = { bytes: plainOf(distinct), count: distinct.starts.length };
      return { ...rangeOf(distinct), dictionary, page };
    }
  }
  return { ...rangeOf(all), dictionary: null, page: plainOf(all) };
}

/** Each text once, and the place of each among them; no codes where there are too many. */
function distinctOf({ utf8, starts, ends }: Texts): { distinct: Texts; codes: Int32Array | null } {
  const codes = new Int32Array(starts.length);
  const maxCount = Math.ceil(starts.length / rowsPerText);
  const [distinctStarts, distinctEnds] = [new Int32Array(maxCount), new Int32Array(maxCount)];
  const slots = new Int32Array(slotCount);
  let count = 0;
  for (let index = 0; index < starts.length; index++) {
    const [start, end] = [starts[index]!, ends[index]!];
    let slot = hashOf(utf8, start, end) & (slotCount - 1);
    // A slot holds the code plus one: 0 is empty.
    while (slots[slot] !== 0) {
      const code = slots[slot]! - 1;
      if (isEqual(utf8, start, end, distinctStarts[code]!, distinctEnds[code]!)) break;
      slot = (slot + 1) & (slotCount - 1);
    }
    if (slots[slot] === 0) {
      if (count === maxCount) return { distinct: { utf8, starts, ends }, codes: null };
      distinctStarts[count] = start;
      distinctEnds[count] = end;
      slots[slot] = ++count;
    }
    codes[index] = slots[slot]! - 1;
  }
  return {
    distinct: { utf8, starts: distinctStarts.subarray(0, count), ends: distinctEnds.subarray(0, count) },
    codes,
  };
}

/** FNV-1a. */
function hashOf(utf8: Buffer, start: number, end: number): number {
  let hash = 0x811c_9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ utf8[at]!, 0x0100_0193);
  return hash ^ (hash >>> 15);
}

function isEqual(utf8: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let index = 0; index < end - start; index++) if (utf8[start + index] !== utf8[otherStart + index]) return false;
  return true;
}

function bytesOf({ starts, ends }: Texts): number {
  let bytes = lengthBytes * starts.length;
  for (let index = 0; index < starts.length; index++) bytes += ends[index]! - starts[index]!;
  return bytes;
}

/** Each text after its length. */
function plainOf(texts: Texts): Uint8Array {
  const { utf8, starts, ends } = texts;
  const plain = Buffer.allocUnsafe(bytesOf(texts));
  let at = 0;
  for (let index = 0; index < starts.length; index++) {
    at = plain.writeUInt32LE(ends[index]! - starts[index]!, at);
    at += utf8.copy(plain, at, starts[index]!, ends[index]!);
  }
  return plain;
}

/** The first and the last text by their bytes, which is the order of code points. */
function rangeOf({ utf8, starts, ends }: Texts): Pick<EncodedValues, 'min' | 'max' | 'nanCount'> {
  if (starts.length === 0) return { min: undefined, max: undefined, nanCount: 0 };
  let [min, max] = [0, 0];
  for (let index = 1; index < starts.length; index++) {
    if (isBefore(utf8, starts[index]!, ends[index]!, starts[min]!, ends[min]!)) min = index;
    else if (isBefore(utf8, starts[max]!, ends[max]!, starts[index]!, ends[index]!)) max = index;
  }
  const textOf = (index: number): string => utf8.toString('utf8', starts[index], ends[index]);
  return { min: textOf(min), max: textOf(max), nanCount: 0 };
}

function isBefore(utf8: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  const length = Math.min(end - start, otherEnd - otherStart);
  for (let index = 0; index < length; index++) {
    const difference = utf8[start + index]! - utf8[otherStart + index]!;
    if (difference !== 0) return difference < 0;
  }
  return end - start < otherEnd - otherStart;
}
