import { badPayload } from '../bad-payload.js';

/** A unit of time: seconds, milliseconds, microseconds or nanoseconds. */
export type TimeUnit = (typeof timeUnits)[number];

/** All units, in the order of Arrow's TimeUnit. */
export const timeUnits = ['s', 'ms', 'us', 'ns'] as const;

/** The number of a unit in Arrow. */
export const unitCode = { s: 0, ms: 1, us: 2, ns: 3 } as const satisfies Record<TimeUnit, number>;

/** Nanoseconds of one unit. */
export const unitNanoseconds = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n } as const satisfies Record<
  TimeUnit,
  bigint
>;

/** Throws a PulseMQError `PMQ_BAD_PAYLOAD` unless these are nanoseconds as a bigint, and whole units. */
export function checkNanoseconds(nanoseconds: bigint, unit: TimeUnit = 'ns'): void {
  if (typeof nanoseconds !== 'bigint') throw badPayload(`${nanoseconds} is not a bigint of nanoseconds such as 0n`);
  if (!timeUnits.includes(unit)) throw badPayload(`${unit} is not a unit: ${timeUnits}`);
  if (nanoseconds % unitNanoseconds[unit] !== 0n) throw badPayload(`${nanoseconds} ns are not whole ${unit}`);
}

/** The coarsest unit that holds this number of nanoseconds exactly; never coarser than `coarsest`. Throws as `checkNanoseconds`. */
export function unitOf(nanoseconds: bigint, coarsest: TimeUnit = 's'): TimeUnit {
  checkNanoseconds(nanoseconds);
  const exact = timeUnits.slice(timeUnits.indexOf(coarsest)).find((unit) => nanoseconds % unitNanoseconds[unit] === 0n);
  return exact ?? 'ns';
}

/** The finer one of two units. */
export const finerUnit = (a: TimeUnit, b: TimeUnit): TimeUnit => (unitNanoseconds[a] < unitNanoseconds[b] ? a : b);

/** Divides and rounds down, also below zero. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
