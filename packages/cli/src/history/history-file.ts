import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';

/** Throws a CommandError for a file that exists, unless it may be replaced. */
export function checkNewFile(run: CommandRun, file: string, mayReplace: boolean): void {
  if (mayReplace || !existsSync(run.path(file))) return;
  throw usageError(`${file} exists already; give another name, or --force to replace it`);
}

/** Writes a file that gets its name when it is whole. Returns its bytes. */
export async function writeWhole(run: CommandRun, file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const path = run.path(file);
  const partPath = `${path}.part`;
  const part = await openedFile(file, partPath);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      await part.writeFile(chunk);
      bytes += chunk.length;
    }
    await part.close();
    await rename(partPath, path);
    return bytes;
  } catch (error) {
    await part.close();
    await rm(partPath, { force: true });
    throw error;
  }
}

async function openedFile(file: string, partPath: string) {
  try {
    return await open(partPath, 'w');
  } catch (error) {
    throw usageError(`${file} cannot be written: ${(error as Error).message}`);
  }
}
