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

/** The coarsest unit that holds this number of nanoseconds exactly; never coarser than `coarsest`. */
export function unitOf(nanoseconds: bigint, coarsest: TimeUnit = 's'): TimeUnit {
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
