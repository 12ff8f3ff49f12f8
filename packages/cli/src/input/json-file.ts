import { readFileSync } from 'node:fs';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';

/** Reads a JSON file, or standard input for `-`. Throws a CommandError when the file does not exist or is not JSON. */
export async function readJsonInput(run: CommandRun, name: string): Promise<object> {
  const text = name === '-' ? await standardInput(run) : fileText(run, name);
  const shown = name === '-' ? 'standard input' : name;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`${shown} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw usageError(`${shown} is not a JSON object`);
}

function fileText(run: CommandRun, name: string): string {
  try {
    return readFileSync(run.path(name), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CommandError(ExitCode.missingFile, `file not found: ${name}`);
    throw usageError(`${name} cannot be read: ${message}`);
  }
}

async function standardInput({ stdin }: CommandRun): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
