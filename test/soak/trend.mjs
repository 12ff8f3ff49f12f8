// What the samples of each minute say: slopes, quarters, and whether they hold.

/** The growth in an hour, by least squares over samples a minute apart. */
export function slopePerHour(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [minute, value] of values.entries()) {
    above += (minute - middle) * (value - mean);
    below += (minute - middle) ** 2;
  }
  return below === 0 ? 0 : (above / below) * 60;
}

const median = (values) => [...values].sort((left, right) => left - right)[Math.floor((values.length - 1) / 2)];

/** The median of the last quarter, as a multiple of that of the second. */
export function lastToSecondQuarter(values) {
  const quarter = values.length / 4;
  const part = (from, to) =>
    values.slice(Math.floor(from * quarter), Math.max(Math.floor(from * quarter) + 1, Math.floor(to * quarter)));
  return median(part(3, 4)) / median(part(1, 2));
}
