import { type DataType, Type } from '@uwdata/flechette';

/** Converts a stored value to the one that `rows()` returns. Null stays null. */
export type CellReader = (value: unknown) => unknown;

/** Units per millisecond by time unit. Seconds have a negative number: milliseconds per unit. */
const perMs = [-1_000n, 1n, 1_000n, 1_000_000n] as const;

const asIs: CellReader = (value) => value;

/** Reads cells of a type: times as Dates, decimals as exact text. 64-bit integers stay bigint: only a whole column can narrow them. */
export function cellReader(type: DataType): CellReader {
  if (type.typeId === Type.Timestamp) return dateReader(perMs[type.unit]!);
  // flechette returns both units of dates as milliseconds.
  if (type.typeId === Type.Date) return (value) => (value === null ? null : new Date(Number(value)));
  if (type.typeId === Type.Decimal) {
    return (value) => (value === null ? null : decimalText(BigInt(value as bigint), type.scale));
  }
  return type.typeId === Type.Dictionary ? cellReader(type.dictionary) : asIs;
}

const dateReader =
  (unit: bigint): CellReader =>
  (value) => {
    if (value === null) return null;
    const ticks = BigInt(value as bigint);
    // Rounds down: otherwise a time before 1970 moves to the next millisecond.
    return new Date(Number(unit < 0n ? ticks * -unit : floorDivide(ticks, unit)));
  };

const floorDivide = (value: bigint, by: bigint): bigint => {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
};

function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** True for types whose values are 64-bit integers, most of which fit a number. */
export const isLongInteger = (type: DataType): boolean => {
  if (type.typeId === Type.Int) return type.bitWidth === 64;
  return type.typeId === Type.Dictionary && isLongInteger(type.dictionary);
};
