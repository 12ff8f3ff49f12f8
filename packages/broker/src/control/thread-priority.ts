import { setPriority } from 'node:os';

/** Nice values (setpriority(2)); the engine has 0. Nothing takes them back: raising a priority again is a right of root. */
export const niceness = {
  /** The control plane: the API, statistics, the database. Ticks that are due go first; a tenth of a core is always left to it. */
  control: 10,
  /** Hashing of passwords: whatever nobody else wants. */
  hashing: 19,
} as const;

/** Puts the calling thread, and those it starts from now on, behind others. Only Linux knows threads here; elsewhere nothing is done. */
export function lowerThread(to: keyof typeof niceness): void {
  if (process.platform === 'linux') setPriority(niceness[to]);
}
