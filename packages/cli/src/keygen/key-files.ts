import { writeFileSync } from 'node:fs';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';

/** Writes a new file, which only its owner can read unless `mode` says otherwise. Throws a CommandError when the file exists or cannot be written. */
export function writeKeyFile(run: CommandRun, path: string, text: string, mode = 0o600): void {
  try {
    writeFileSync(run.path(path), text, { mode, flag: 'wx' });
  } catch (error) {
    throw usageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
