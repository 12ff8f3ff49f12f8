import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { configFolder } from './config-folder.js';
import { readPrivateFile, writePrivateFile } from './private-file.js';

/** A broker and who one is there, under a name. What is left out has its default. */
export interface Context {
  readonly description?: string;
  readonly host?: string;
  readonly pub_port?: number;
  readonly sub_port?: number;
  readonly admin_url?: string;
  readonly namespace?: string;
  readonly username?: string;
  readonly token?: string;
  /** Read at each use, instead of `token`. */
  readonly token_file?: string;
}

const textKeys = ['description', 'host', 'admin_url', 'namespace', 'username', 'token', 'token_file'];
const portKeys = ['pub_port', 'sub_port'];

const folder = (run: CommandRun): string => join(configFolder(run), 'contexts');
const selectedPath = (run: CommandRun): string => join(configFolder(run), 'context');

/** The file of a context. Throws for what is no name. */
export function contextPath(run: CommandRun, name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw usageError(`context ${JSON.stringify(name)}: a name is 1 to 64 characters of A-Z, a-z, 0-9, _ and -`);
  }
  return join(folder(run), `${name}.json`);
}

export function contextNames(run: CommandRun): string[] {
  if (!existsSync(folder(run))) return [];
  return readdirSync(folder(run))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** The context of that name. Throws when there is none, or when it holds something unknown. */
export function readContext(run: CommandRun, name: string): Context {
  const path = contextPath(run, name);
  const content = readPrivateFile(run, path);
  if (content === undefined) {
    const known = contextNames(run);
    const hint =
      known.length === 0 ? 'there are none; see pulsemq context save --help' : `there are ${known.join(', ')}`;
    throw new CommandError(ExitCode.missingFile, `there is no context ${JSON.stringify(name)}; ${hint}`);
  }
  for (const [key, value] of Object.entries(content)) {
    const isGood = textKeys.includes(key)
      ? typeof value === 'string'
      : portKeys.includes(key) && Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
    if (!isGood) throw usageError(`${path}: ${JSON.stringify(key)} is unknown, or its value is none it may have`);
  }
  return content as Context;
}

export function writeContext(run: CommandRun, name: string, context: Context): void {
  writePrivateFile(run, contextPath(run, name), context);
}

/** False when there was none. */
export function removeContext(run: CommandRun, name: string): boolean {
  const path = contextPath(run, name);
  if (!existsSync(path)) return false;
  rmSync(path);
  if (selectedContext(run) === name) rmSync(selectedPath(run), { force: true });
  return true;
}

/** The context in use where no other is named. */
export function selectedContext(run: CommandRun): string | undefined {
  if (!existsSync(selectedPath(run))) return undefined;
  return readFileSync(selectedPath(run), 'utf8').trim() || undefined;
}

export function selectContext(run: CommandRun, name: string): void {
  readContext(run, name);
  writeFileSync(selectedPath(run), `${name}\n`, { mode: 0o600 });
}
