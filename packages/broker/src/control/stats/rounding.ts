/** Rounded to tenths: the API shows rates and milliseconds no finer. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Shortest interval a rate is computed over: two reports may come within the same millisecond. */
const intervalMinSeconds = 0.001;

/** A change per second, in tenths. */
export const ratePerSecond = (change: number, seconds: number): number =>
  tenths(change / Math.max(intervalMinSeconds, seconds));
