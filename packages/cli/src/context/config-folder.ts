import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandRun } from '../command-run.js';

/** The folder of contexts and log-ins: `PULSEMQ_CONFIG_DIR`, or `pulsemq` in the user's configuration folder. */
export function configFolder({ env, cwd }: CommandRun): string {
  if (env.PULSEMQ_CONFIG_DIR) return resolve(cwd, env.PULSEMQ_CONFIG_DIR);
  if (process.platform === 'win32' && env.APPDATA) return join(env.APPDATA, 'pulsemq');
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'pulsemq');
}
