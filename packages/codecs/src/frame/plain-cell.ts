import { type DataType, DateUnit, TimeUnit, Type } from '@uwdata/flechette';
import { asBuffer } from '../as-buffer.js';
import { type CellReader, cellReader } from './cell.js';

/** Characters of a text and items of a list to show. Without limits, one dictionary value could be repeated in every row. */
const textMaxLength = 1_000;
const itemMaxCount = 100;
const depthMax = 8;

/** Reads cells of a type as values that JSON can hold and a person can read. */
export function plainCellReader(type: DataType): CellReader {
  if (type.typeId === Type.Timestamp) {
    return (value) => (value == null ? null : isoText(BigInt(value as bigint), type.unit));
  }
  if (type.typeId === Type.Date) return (value) => (value == null ? null : dateText(Number(value), type.unit));
  if (type.typeId === Type.Dictionary) return plainCellReader(type.dictionary);
  const read = cellReader(type);
  return (value) => plainValue(read(value ?? null), 0);
}

const fractionDigits = {
  [TimeUnit.SECOND]: 0,
  [TimeUnit.MILLISECOND]: 3,
  [TimeUnit.MICROSECOND]: 6,
  [TimeUnit.NANOSECOND]: 9,
};

/** ISO 8601 in UTC with milliseconds, and with further digits unless they are zero. */
function isoText(ticks: bigint, unit: keyof typeof fractionDigits): string {
  const digits = fractionDigits[unit];
  const scale = 10n ** BigInt(digits);
  const fraction = ((ticks % scale) + scale) % scale;
  const text = String(fraction).padStart(digits, '0').padEnd(3, '0');
  const seconds = new Date(Number((ticks - fraction) / scale) * 1_000);
  if (Number.isNaN(seconds.getTime())) return String(ticks);
  return `${seconds.toISOString().slice(0, -5)}.${text.slice(0, 3)}${text.slice(3).replace(/0+$/, '')}Z`;
}

/** flechette returns both units of dates as milliseconds. */
function dateText(ms: number, unit: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return unit === DateUnit.DAY ? date.toISOString().slice(0, 10) : date.toISOString();
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length > textMaxLength ? `${value.slice(0, textMaxLength)}…` : value;
  }
  if (typeof value === 'number') return plainNumber(value);
  if (typeof value === 'bigint') return BigInt.asIntN(54, value) === value ? Number(value) : String(value);
  if (typeof value === 'boolean') return value;
  return typeof value === 'object' && value !== null ? plainObject(value, depth) : null;
}

function plainNumber(value: number): number | string | null {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}

function plainObject(value: object, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return asBuffer(value.subarray(0, textMaxLength)).toString('base64');
  if (depth === depthMax) return '…';
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const list = value as unknown as ArrayLike<unknown>;
    const shown = Array.from({ length: Math.min(list.length, itemMaxCount) }, (_, at) =>
      plainValue(list[at], depth + 1),
    );
    return list.length > itemMaxCount ? [...shown, `… ${list.length - itemMaxCount} more`] : shown;
  }
  const entries = Object.entries(value).slice(0, itemMaxCount);
  return Object.fromEntries(entries.map(([name, cell]) => [name, plainValue(cell, depth + 1)]));
}
