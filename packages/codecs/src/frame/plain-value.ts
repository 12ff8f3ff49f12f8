import { base64Of } from '#bytes';
import { jsonValue } from '../json/json-value.js';
import { tagOf } from '../shape/tag-of.js';
import { objectOf } from '../value/object-of.js';

/** Characters of a text and items of a list to show. Without limits, one dictionary value could be repeated in every row. */
const textMaxLength = 1_000;
const itemMaxCount = 100;
const depthMax = 8;

/** A cell to show: as in JSON, but with safe integers as numbers, and with long texts, long lists and deep levels cut. */
export const plainValue = (value: unknown): unknown => shown(value, 0);

function shown(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length > textMaxLength ? `${value.slice(0, textMaxLength)}…` : value;
  }
  if (typeof value === 'bigint') return BigInt.asIntN(54, value) === value ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return jsonValue(value);
  if (value instanceof Uint8Array) return base64Of(value.subarray(0, textMaxLength));
  const isMap = tagOf(value) === 'Map';
  if (!isMap && 'toJSON' in value) return jsonValue(value);
  if (depth === depthMax) return '…';
  if (isMap) return shownItems([...(value as ReadonlyMap<unknown, unknown>)], depth);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return shownItems(value as unknown as ArrayLike<unknown>, depth);
  }
  const entries = Object.entries(value).slice(0, itemMaxCount);
  return objectOf(
    entries.map(([name]) => name),
    (index) => shown(entries[index]![1], depth + 1),
  );
}

function shownItems(items: ArrayLike<unknown>, depth: number): unknown[] {
  const count = Math.min(items.length, itemMaxCount);
  const cells = Array.from({ length: count }, (_, index) => shown(items[index], depth + 1));
  return items.length > itemMaxCount ? [...cells, `… ${items.length - itemMaxCount} more`] : cells;
}
