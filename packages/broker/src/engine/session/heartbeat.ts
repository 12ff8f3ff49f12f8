import { encodePing } from '@pulsemq/zmtp';
import type { EngineCore } from './core.js';

/** A PING whose time to live, in tenths of a second, says how long we go on without hearing anything. */
export function pingFrame(core: EngineCore): Buffer {
  const { pingIntervalMs, pingTimeoutMs } = core.config;
  return Buffer.from(encodePing(Math.min(0xffff, Math.ceil((pingIntervalMs + pingTimeoutMs) / 100))));
}
