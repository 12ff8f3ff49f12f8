import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError, ExitCode } from '../exit-code.js';
import { notice } from '../output/notices.js';

/** Writes a file only its owner may read, whole or not at all. */
export function writePrivateFile(path: string, content: object): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, path);
}

/** Reads a JSON object; undefined when there is no such file. Says so when others may read it too. */
export function readPrivateFile(path: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CommandError(ExitCode.usage, `${path} cannot be read: ${(error as Error).message}`);
  }
  warnIfShared(path);
  const content = parsed(text);
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>;
  }
  throw new CommandError(ExitCode.usage, `${path} is not a JSON object`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words would show a piece of the file, and there are secrets in it.
    return undefined;
  }
}

/** Files this was said of: they are read more than once. */
const warned = new Set<string>();

function warnIfShared(path: string): void {
  if (warned.has(path)) return;
  warned.add(path);
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return;
  notice(`${path} can be read by others: chmod 600 ${path}`);
}
