import { engineInWorker } from '../../dist/engine-link.js';
import type { EngineLink } from '../../src/port.js';

/** Far more than a publish takes. */
const delayMs = 50;

/** The real engine, which learns of every command late, as on a machine that has no core left for it. */
export function lateEngine(): EngineLink {
  const link = engineInWorker();
  return { ...link, send: (command) => void setTimeout(() => link.send(command), delayMs) };
}
