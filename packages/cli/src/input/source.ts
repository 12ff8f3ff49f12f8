import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';

/** Opens a file that was named, or standard input for `-`. Throws a CommandError: 1 when there is none. */
export function openSource(run: CommandRun, path: string): Readable {
  if (path === '-') return run.stdin;
  requireFile(run, path);
  return createReadStream(run.path(path));
}

/** Bytes of a file; 0 for what has no size. Throws a CommandError: 1 when there is none, 2 when it is a folder. */
export function requireFile(run: CommandRun, path: string): number {
  const found = statSync(run.path(path), { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError(ExitCode.missingFile, `file not found: ${path}`);
  if (found.isDirectory()) throw usageError(`${path} is a folder`);
  return found.isFile() ? found.size : 0;
}

/** All of it, up to a limit. */
export async function readWhole(stream: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limitBytes) throw usageError(`the input is longer than a payload may be: ${limitBytes} bytes`);
  }
  return Buffer.concat(chunks);
}
