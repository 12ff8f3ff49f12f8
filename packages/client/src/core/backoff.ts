import { onAbort } from './abort.js';
import type { ReconnectOptions } from './client-options.js';

/**
 * Wait before attempt `tryCount` (from 1), milliseconds: exponential with full jitter, so that hundreds of clients of one broker do
 * not reconnect at the same moment.
 */
export function backoffMs(tryCount: number, options: Required<ReconnectOptions>, random = Math.random): number {
  const ceiling = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** Math.min(30, tryCount - 1));
  return Math.round(random() * ceiling);
}

/** Resolves after `ms` milliseconds. Rejects with the signal's reason if it is aborted first. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, ms);
    const stop = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
