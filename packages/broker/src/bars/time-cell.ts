import { PreciseDate } from '@pulsemq/codecs';
import { numberIn } from './number-cell.js';

/** The size of a number shows its unit: from `from` on, `perUs` of it are one microsecond. */
const units = [
  { from: 1e17, perUs: 1e3 },
  { from: 1e14, perUs: 1 },
  { from: 1e11, perUs: 1e-3 },
  { from: 1e8, perUs: 1e-6 },
] as const;

/**
 * The time in a cell, Unix microseconds: a time of a DataFrame, an ISO 8601 text, or a number of seconds, milliseconds, microseconds or nanoseconds
 * since 1970. Without a zone it is UTC. Undefined for anything else.
 */
export function timeIn(cell: unknown): number | undefined {
  if (cell instanceof PreciseDate) return Number(cell.epochNanoseconds / 1_000n);
  if (cell instanceof Date) return cell.getTime() * 1_000;
  const number = numberIn(cell);
  if (number === null) return undefined;
  if (number !== undefined) return ofNumber(number);
  return typeof cell === 'string' ? ofText(cell) : undefined;
}

function ofNumber(number: number): number | undefined {
  const unit = units.find(({ from }) => number >= from);
  return unit === undefined ? undefined : Math.round(number / unit.perUs);
}

function ofText(text: string): number | undefined {
  try {
    return Number(PreciseDate.from(text).epochNanoseconds / 1_000n);
  } catch {
    // Feeds send what they like; the bar says that a message could not be read.
    return undefined;
  }
}
