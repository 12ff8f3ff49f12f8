/** Options of flechette that keep the full precision of 64-bit integers, times and decimals. */
export const exact = { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true } as const;
