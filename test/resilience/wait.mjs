// Waiting for what nothing announces, and the middle of some numbers.
import { setTimeout as pause } from 'node:timers/promises';

export async function until(condition, limitMs, what) {
  const endMs = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms for ${what}`);
    await pause(5);
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}
