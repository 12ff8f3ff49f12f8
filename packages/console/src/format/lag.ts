import { compact } from './number.js';

/**
 * A lag in seconds, its unit on every page: 0.004, 3.10, 312, 41.8k. A connection that keeps up has a few milliseconds, one that does not has minutes;
 * one unit lets the eye compare them.
 */
export function lagSeconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  const seconds = ms / 1000;
  if (seconds === 0) return '0';
  if (seconds < 0.0005) return '<0.001';
  return seconds < 0.1 ? seconds.toFixed(3) : compact(seconds);
}
