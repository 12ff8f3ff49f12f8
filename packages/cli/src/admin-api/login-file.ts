import { join } from 'node:path';
import { configFolder } from '../context/config-folder.js';
import { readPrivateFile, writePrivateFile } from '../context/private-file.js';

/** A log-in at one broker. */
export interface KeptLogIn {
  readonly username: string;
  /** A JWT. */
  readonly token: string;
  readonly expires_at: string;
}

const path = (): string => join(configFolder(), 'logins.json');

const allLogIns = (): Record<string, KeptLogIn> => (readPrivateFile(path()) ?? {}) as Record<string, KeptLogIn>;

/** The log-in kept for a broker, while it lasts. A token goes only to the address it came from. */
export function keptLogIn(adminUrl: string): KeptLogIn | undefined {
  const found = Object.hasOwn(allLogIns(), adminUrl) ? allLogIns()[adminUrl] : undefined;
  return found !== undefined && Date.parse(found.expires_at) > Date.now() ? found : undefined;
}

export function keepLogIn(adminUrl: string, logIn: KeptLogIn): void {
  writePrivateFile(path(), { ...allLogIns(), [adminUrl]: logIn });
}

export function forgetLogIn(adminUrl: string): void {
  const { [adminUrl]: _, ...others } = allLogIns();
  writePrivateFile(path(), others);
}
