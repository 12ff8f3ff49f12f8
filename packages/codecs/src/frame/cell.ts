import { type DataType, Type } from '@uwdata/flechette';

/** Makes of a stored value the one people work with; null stays null. */
export type CellReader = (value: unknown) => unknown;

/** How many of a unit make a millisecond; negative: how many milliseconds one is. */
const perMs = [-1_000n, 1n, 1_000n, 1_000_000n] as const;

const asIs: CellReader = (value) => value;

/** Reads cells of a type: times as Dates, decimals as exact text. Integers of 64 bits are narrowed by the column. */
export function cellReader(type: DataType): CellReader {
  switch (type.typeId) {
    case Type.Timestamp:
      return dateReader(perMs[type.unit]!);
    case Type.Date:
      // flechette gives days and milliseconds alike as milliseconds.
      return (value) => (value === null ? null : new Date(Number(value)));
    case Type.Decimal:
      return (value) => (value === null ? null : decimalText(BigInt(value as bigint), type.scale));
    case Type.Dictionary:
      return cellReader(type.dictionary);
    default:
      return asIs;
  }
}

const dateReader =
  (unit: bigint): CellReader =>
  (value) => {
    if (value === null) return null;
    const ticks = BigInt(value as bigint);
    // Rounded down, so that a time before 1970 does not move to the next millisecond.
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

/** True for types whose values are 64-bit integers that mostly fit a number. */
export const isLongInteger = (type: DataType): boolean => {
  if (type.typeId === Type.Int) return type.bitWidth === 64;
  return type.typeId === Type.Dictionary && isLongInteger(type.dictionary);
};
