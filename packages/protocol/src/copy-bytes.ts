import { dataViewOf } from './data-view.js';

/** Up to this length bytes are copied four at a time. That costs a third of `set`, which needs a view first. */
const shortCopyBytes = 384;

/** What bytes are copied to: a buffer, and a view of the same bytes. */
export interface CopyTarget {
  readonly buffer: Uint8Array;
  readonly fields: DataView;
}

/** Copies the bytes [start, end) of `from` to offset `at` of a target, which has room for them. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: CopyTarget, at: number): void {
  if (end - start <= shortCopyBytes) copyShort(dataViewOf(from), start, end, to.fields, at);
  else to.buffer.set(from.subarray(start, end), at);
}

/** The same between two views, for a few hundred bytes. */
export function copyShort(from: DataView, start: number, end: number, to: DataView, at: number): void {
  let source = start;
  let target = at;
  for (const whole = end - 15; source < whole; source += 16, target += 16) {
    to.setInt32(target, from.getInt32(source, true), true);
    to.setInt32(target + 4, from.getInt32(source + 4, true), true);
    to.setInt32(target + 8, from.getInt32(source + 8, true), true);
    to.setInt32(target + 12, from.getInt32(source + 12, true), true);
  }
  for (const whole = end - 3; source < whole; source += 4, target += 4) {
    to.setInt32(target, from.getInt32(source, true), true);
  }
  for (; source < end; source++, target++) to.setUint8(target, from.getUint8(source));
}
