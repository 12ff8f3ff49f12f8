import { join } from 'node:path';
import type { CommandRun } from '../command-run.js';
import { configFolder } from '../context/config-folder.js';
import { readPrivateFile, writePrivateFile } from '../context/private-file.js';

/** A saved log-in at one broker. */
export interface SavedLogIn {
  readonly username: string;
  /** A JWT. */
  readonly token: string;
  readonly expires_at: string;
  /** Absolute path of the certificates that it was made with, for https; without it, those of the system were trusted. */
  readonly tls_ca?: string | undefined;
}

const path = (run: CommandRun): string => join(configFolder(run), 'logins.json');

const allLogIns = (run: CommandRun): Record<string, SavedLogIn> =>
  (readPrivateFile(run, path(run)) ?? {}) as Record<string, SavedLogIn>;

/** The saved log-in at this address, unless it has expired. A token is sent only to the address that issued it. */
export function savedLogIn(run: CommandRun, adminUrl: string): SavedLogIn | undefined {
  const found = Object.hasOwn(allLogIns(run), adminUrl) ? allLogIns(run)[adminUrl] : undefined;
  return found !== undefined && Date.parse(found.expires_at) > Date.now() ? found : undefined;
}

/** The file of certificates that the log-in at this address was made with, also where it has expired: the next one needs them too. */
export function keptCaPath(run: CommandRun, adminUrl: string): string | undefined {
  const logIns = allLogIns(run);
  return Object.hasOwn(logIns, adminUrl) ? logIns[adminUrl]!.tls_ca : undefined;
}

export function saveLogIn(run: CommandRun, adminUrl: string, logIn: SavedLogIn): void {
  writePrivateFile(run, path(run), { ...allLogIns(run), [adminUrl]: logIn });
}

/** Ends the log-in that the broker accepts no longer. Its file of certificates stays known: the next log-in needs it too. */
export function endLogIn(run: CommandRun, adminUrl: string): void {
  const ended = allLogIns(run)[adminUrl];
  if (ended?.tls_ca === undefined) return forgetLogIn(run, adminUrl);
  saveLogIn(run, adminUrl, { ...ended, token: '', expires_at: new Date(0).toISOString() });
}

export function forgetLogIn(run: CommandRun, adminUrl: string): void {
  const { [adminUrl]: _, ...others } = allLogIns(run);
  writePrivateFile(run, path(run), others);
}
