import { join } from 'node:path';
import type { CommandRun } from '../command-run.js';
import { configFolder } from '../context/config-folder.js';
import { readPrivateFile, writePrivateFile } from '../context/private-file.js';

/** A log-in at one broker. */
export interface KeptLogIn {
  readonly username: string;
  /** A JWT. */
  readonly token: string;
  readonly expires_at: string;
}

const path = (run: CommandRun): string => join(configFolder(run), 'logins.json');

const allLogIns = (run: CommandRun): Record<string, KeptLogIn> =>
  (readPrivateFile(run, path(run)) ?? {}) as Record<string, KeptLogIn>;

/** The log-in kept for a broker, while it lasts. A token goes only to the address it came from. */
export function keptLogIn(run: CommandRun, adminUrl: string): KeptLogIn | undefined {
  const found = Object.hasOwn(allLogIns(run), adminUrl) ? allLogIns(run)[adminUrl] : undefined;
  return found !== undefined && Date.parse(found.expires_at) > Date.now() ? found : undefined;
}

export function keepLogIn(run: CommandRun, adminUrl: string, logIn: KeptLogIn): void {
  writePrivateFile(run, path(run), { ...allLogIns(run), [adminUrl]: logIn });
}

export function forgetLogIn(run: CommandRun, adminUrl: string): void {
  const { [adminUrl]: _, ...others } = allLogIns(run);
  writePrivateFile(run, path(run), others);
}
