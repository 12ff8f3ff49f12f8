import { encodePing } from '@pulsemq/zmtp';

/** The longest time to live that a PING can carry, in tenths of a second. */
const maxTtlDeciseconds = 0xffff;

/** A PING. Its time to live says how long this side may be silent. */
export function pingFrame(limits: { readonly pingIntervalMs: number; readonly pingTimeoutMs: number }): Buffer {
  const ttlDeciseconds = Math.ceil((limits.pingIntervalMs + limits.pingTimeoutMs) / 100);
  return Buffer.from(encodePing(Math.min(maxTtlDeciseconds, ttlDeciseconds)));
}
