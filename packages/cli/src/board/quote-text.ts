import type { Quote } from './quote.js';

/** The cells of a quote as text. */

/** Decimals that prices are shown with, at most. */
const decimalMaxCount = 8;

const missing = '-';

/** A price with its own decimals, but at least two. */
export const priceText = (value: number | undefined): string =>
  value === undefined ? missing : value.toFixed(Math.max(2, decimalsOf(value)));

export const volumeText = (value: number | undefined): string =>
  value === undefined ? missing : value.toLocaleString('en-US', { maximumFractionDigits: 2 });

/** `+0.12 +1.15%`, with the decimals of the price. */
export function changeText({ last, change, changePercent }: Quote): string {
  if (change === undefined || last === undefined) return missing;
  const decimals = Math.max(2, decimalsOf(last));
  const percent = changePercent === undefined ? '' : ` ${signed(changePercent, 2)}%`;
  return `${signed(change, decimals)}${percent}`;
}

/** `850ms`, `12.3s`, `5m`, `3h`, `2d`. */
export function shortAge(ms: number | undefined): string {
  if (ms === undefined) return missing;
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)}s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)}m`;
  return ms < 172_800_000 ? `${Math.floor(ms / 3_600_000)}h` : `${Math.floor(ms / 86_400_000)}d`;
}

const signed = (value: number, decimals: number): string => {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace('-', '') : value > 0 ? `+${text}` : text;
};

function decimalsOf(value: number): number {
  const text = String(value);
  if (text.includes('e')) return decimalMaxCount;
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(decimalMaxCount, text.length - point - 1);
}
