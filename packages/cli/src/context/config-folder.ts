import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where contexts and log-ins are kept: `PULSEMQ_CONFIG_DIR`, or `pulsemq` in the system's folder for settings. */
export function configFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.PULSEMQ_CONFIG_DIR) return env.PULSEMQ_CONFIG_DIR;
  if (process.platform === 'win32' && env.APPDATA) return join(env.APPDATA, 'pulsemq');
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'pulsemq');
}
