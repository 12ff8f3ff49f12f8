import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import type { Platform } from '../core/platform.js';
import { openWebSocketBy, subprotocol } from '../core/web-socket.js';
import { fetchGet } from './fetch-get.js';

/** A tab that was asleep runs its timers before it has read what arrived meanwhile: reading takes a few turns. */
const afterReadsMs = 100;

/** A browser: WebSockets, which it encrypts by itself. */
export const browserPlatform: Platform = {
  hasTcp: false,
  // A page shows prices. It cannot stop reading, and draws no more than some pictures a second.
  usualPolicy: { onSlow: 'conflate', maxRate: 10 },
  openTransport: openWebSocketBy(({ url }) => new WebSocket(url, subprotocol)),
  get: fetchGet,
  openCurve: () => Promise.reject(new PulseMQError(ErrorCode.badOption, 'a browser has no CURVE')),
  allocate: (sizeBytes) => new Uint8Array(sizeBytes),
  afterReads: (callback) => void setTimeout(callback, afterReadsMs),
  warn: (error) => console.warn(error),
};
