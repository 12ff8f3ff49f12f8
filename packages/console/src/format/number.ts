/** Numbers as text: short ones for cells, exact ones for hover. */

const steps = [
  { size: 1e12, suffix: 'T' },
  { size: 1e9, suffix: 'G' },
  { size: 1e6, suffix: 'M' },
  { size: 1e3, suffix: 'k' },
] as const;

/** Three significant digits: 1.38, 12.4, 124. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  return size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** 0, 7, 0.4, 999, 12.4k, 1.38M. A dash for null, undefined and NaN. */
export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  // From 999.5 on the value would round to 1000.
  for (const step of steps) if (size >= step.size * 0.9995) return threeDigits(value / step.size) + step.suffix;
  if (Number.isInteger(value) || size >= 99.95) return value.toFixed(0);
  if (size < 0.005) return '0';
  return size >= 9.995 ? value.toFixed(1) : trimZeros(value.toFixed(2));
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

/** 1,204,381. The same in both languages. */
export const exact = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : grouped.format(value);

/** 1.50 kB, 12.4 MB: units of 1,000. */
export function bytesText(value: number | null | undefined): string {
  const text = compact(value);
  if (text === '–') return text;
  const suffix = /[kMGT]$/.exec(text)?.[0] ?? '';
  return `${text.slice(0, text.length - suffix.length)} ${suffix}B`;
}

/** Microseconds as 96 µs, 1.24 ms, 3.10 s. */
export function microsecondsText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value < 999.5) return `${trimZeros(value.toFixed(value < 10 ? 1 : 0))} µs`;
  if (value < 999_500) return `${threeDigits(value / 1000)} ms`;
  return `${threeDigits(value / 1e6)} s`;
}

/** Milliseconds as 0.4 ms, 96 ms, 3.10 s. */
export function millisecondsText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value < 999.5) return `${trimZeros(value.toFixed(value < 10 ? 1 : 0))} ms`;
  return `${threeDigits(value / 1000)} s`;
}
