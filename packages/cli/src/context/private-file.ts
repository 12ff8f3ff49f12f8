import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { notice } from '../output/notices.js';

/** Writes a JSON file that only its owner can read. Replaces the file as a whole, so that no reader sees half of it. */
export function writePrivateFile(run: CommandRun, name: string, content: object): void {
  const path = run.path(name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomUUID()}`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, path);
}

/**
 * Reads a JSON object; undefined when the file does not exist. Prints a notice when other users can read the file. Throws a CommandError
 * when it is not a JSON object.
 */
export function readPrivateFile(run: CommandRun, name: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(run.path(name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(ExitCode.usage, `${name} cannot be read: ${(error as Error).message}`);
  }
  warnIfShared(run, name);
  const content = parsed(text);
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>;
  }
  throw new CommandError(ExitCode.usage, `${name} is not a JSON object`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the file, which contains secrets.
    return undefined;
  }
}

function warnIfShared(run: CommandRun, name: string): void {
  if (process.platform === 'win32' || (statSync(run.path(name)).mode & 0o077) === 0) return;
  // A command may read the same file several times.
  const text = `${name} can be read by other users; run: chmod 600 ${name}`;
  if (run.isNew(text)) notice(run, text);
}
