import { setPriority } from 'node:os';

/**
 * The nice value (setpriority(2)) of what is not the engine, which has 0: the API, statistics, the database, and the hashing of
 * passwords. Ticks that are due go first; a tenth of a core is always left to the others. The lowest, 19, would leave a hundredth: on
 * a machine whose cores were full nobody could log in for twenty seconds.
 */
const niceness = 10;

/**
 * Puts the calling thread, and those it starts from now on, behind others. Nothing takes that back: raising a priority again is a
 * right of root. Only Linux knows threads here; elsewhere nothing is done.
 */
export function lowerThread(): void {
  if (process.platform === 'linux') setPriority(niceness);
}
