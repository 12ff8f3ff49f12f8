import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { type EncodedValues, hasValue, type RowRange } from './encoded-values.js';

/** Encodes booleans: a bit for each, from the lowest bit of each byte. */
export function encodeFlags({ validity, values }: ArrowBuffers, { first, end }: RowRange): EncodedValues {
  const bits = values as Uint8Array;
  const page = new Uint8Array((end - first + 7) >> 3);
  let count = 0;
  for (let row = first; row < end; row++) {
    if (!hasValue(validity, row)) continue;
    if ((bits[row >> 3]! & (1 << (row & 7))) !== 0) page[count >> 3]! |= 1 << (count & 7);
    count++;
  }
  return { dictionary: null, page: page.subarray(0, (count + 7) >> 3), min: undefined, max: undefined, nanCount: 0 };
}
