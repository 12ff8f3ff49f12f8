// Waiting for a condition that no event announces, and the median.
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when the condition is true. Throws after `limitMs`. */
export async function until(condition, limitMs, what) {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms for ${what} in vain`);
    await pause(5);
  }
}

/** The upper one of two middle values. */
export function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}
