import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';

/** Opens a file, or standard input for `-`. Throws a CommandError when the file does not exist or is a folder. */
export function openSource(run: CommandRun, path: string): Readable {
  if (path === '-') return run.stdin;
  requireFile(run, path);
  return createReadStream(run.path(path));
}

/** Size of a file in bytes; 0 for a pipe or device. Throws a CommandError: 1 when it does not exist, 2 when it is a folder. */
export function requireFile(run: CommandRun, path: string): number {
  const found = statSync(run.path(path), { throwIfNoEntry: false });
  if (found === undefined) throw new CommandError(ExitCode.missingFile, `file not found: ${path}`);
  if (found.isDirectory()) throw usageError(`${path} is a folder; expected a file`);
  return found.isFile() ? found.size : 0;
}

/** Everything in a stream. Throws a CommandError past the limit. */
export async function readWhole(stream: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limitBytes) throw usageError(`the input is longer than the largest payload, ${limitBytes} bytes`);
  }
  return Buffer.concat(chunks);
}
