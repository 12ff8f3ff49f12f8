import { setPriority } from 'node:os';

/**
 * Nice value (setpriority(2)) of the control plane's threads; the engine's thread has 0. When the cores are full, ticks go first and the
 * control plane keeps a tenth of a core. With 19, the lowest priority, it would keep a hundredth, and a log-in took twenty seconds.
 */
const niceness = 10;

/**
 * Lowers the priority of the calling thread and of threads it starts later. This is final: only root may raise a priority. Does nothing
 * on systems other than Linux, where a priority is that of the whole process.
 */
export function lowerThread(): void {
  if (process.platform === 'linux') setPriority(niceness);
}
