import type { ReconnectOptions } from './options.js';

/**
 * How long to wait before try `tryCount` (from 1): exponential with full jitter, so that five hundred clients of one broker do not
 * come back in the same millisecond.
 */
export function backoffMs(tryCount: number, options: Required<ReconnectOptions>, random = Math.random): number {
  const ceiling = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** Math.min(30, tryCount - 1));
  return Math.round(random() * ceiling);
}

/** Waits, or rejects when the signal fires. */
export function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      signal.removeEventListener('abort', cancel);
      resolve();
    }
    function cancel(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}
