// Virtual environments of Python: where their interpreter is, what they can import, and how they are made.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Runs a program. Throws an error that has its `stderr` when it fails. */
const run = (file, args) => execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });

export const pythonIn = (folder) => join(folder, 'bin', 'python');

/** True when the environment in `folder` exists and imports all of `modules`, a list such as `pytest, requests`. */
export function canImport(folder, modules) {
  if (!existsSync(pythonIn(folder))) return false;
  try {
    run(pythonIn(folder), ['-c', `import ${modules}`]);
    return true;
  } catch {
    // An installation that was interrupted, or the interpreter was removed: the caller makes the environment again.
    return false;
  }
}

/** Makes an empty environment in `folder` with the Python `command`, in place of an old one. */
export function createEnvironment(folder, command) {
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  run(command, ['-m', 'venv', folder]);
}

/** Runs a pip command, such as `install` or `wheel`. */
export const pip = (folder, command, ...args) => run(pythonIn(folder), ['-m', 'pip', command, '--quiet', ...args]);

/** The last line of what a failed program printed to stderr, which usually says why. */
export const lastLine = (error) =>
  String(error.stderr ?? error.message)
    .trim()
    .split('\n')
    .at(-1);
