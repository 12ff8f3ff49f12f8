import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { configFolder } from './config-folder.js';
import { readPrivateFile, writePrivateFile } from './private-file.js';

/** A broker and a user, saved under a name. Settings that are left out have their defaults. */
export interface Context {
  readonly description?: string;
  readonly host?: string;
  readonly pub_port?: number;
  readonly sub_port?: number;
  readonly admin_url?: string;
  readonly namespace?: string;
  readonly username?: string;
  readonly token?: string;
  /** Path of a file with the token; read on each use. A context has this or `token`. */
  readonly token_file?: string;
  /** `on`: encrypt by TLS, with the authorities of the system. */
  readonly tls?: string;
  /** Path of the authorities to trust; also those of the HTTP API. */
  readonly tls_ca?: string;
  /** Paths of the certificate of this client and of its key. */
  readonly tls_cert?: string;
  readonly tls_key?: string;
  /** Public key of the broker: encrypt by CURVE. */
  readonly curve_server_key?: string;
  /** Path of the keys of this client. */
  readonly curve_key_file?: string;
}

/** Settings about encryption. Files are read on each use. */
export type SecurityKey = 'tls' | 'tls_ca' | 'tls_cert' | 'tls_key' | 'curve_server_key' | 'curve_key_file';

const securityKeys: readonly SecurityKey[] = [
  'tls',
  'tls_ca',
  'tls_cert',
  'tls_key',
  'curve_server_key',
  'curve_key_file',
];
const textKeys = [
  ...['description', 'host', 'admin_url', 'namespace', 'username', 'token', 'token_file'],
  ...securityKeys,
];
const portKeys = ['pub_port', 'sub_port'];

const folder = (run: CommandRun): string => join(configFolder(run), 'contexts');
const selectedPath = (run: CommandRun): string => join(configFolder(run), 'context');

/** Path of the file of a context. Throws a CommandError for an invalid name. */
export function contextPath(run: CommandRun, name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw usageError(
      `context name ${JSON.stringify(name)} is invalid: use 1 to 64 of the characters A-Z, a-z, 0-9, _ and -`,
    );
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

/** Reads a context. Throws a CommandError when it does not exist, or when its file has an unknown or invalid setting. */
export function readContext(run: CommandRun, name: string): Context {
  const path = contextPath(run, name);
  const content = readPrivateFile(run, path);
  if (content === undefined) throw unknownContext(run, name);
  for (const [key, value] of Object.entries(content)) {
    const problem = problemOf(key, value);
    if (problem !== undefined) throw usageError(`${path}: ${JSON.stringify(key)} ${problem}`);
  }
  return content as Context;
}

/** The error for a context that does not exist. */
export function unknownContext(run: CommandRun, name: string): CommandError {
  const names = contextNames(run);
  const hint =
    names.length === 0 ? 'there are none; see pulsemq context save --help' : `the contexts are ${names.join(', ')}`;
  return new CommandError(ExitCode.missingFile, `there is no context ${JSON.stringify(name)}; ${hint}`);
}

/** Why a setting is invalid; undefined when it is valid. The value may be a secret, so the text does not show it. */
function problemOf(key: string, value: unknown): string | undefined {
  if (textKeys.includes(key)) return typeof value === 'string' ? undefined : 'must be a text';
  if (!portKeys.includes(key)) return `is unknown; the settings are ${[...textKeys, ...portKeys].join(', ')}`;
  const isPort = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
  return isPort ? undefined : 'must be a port from 1 to 65535';
}

export function writeContext(run: CommandRun, name: string, context: Context): void {
  writePrivateFile(run, contextPath(run, name), context);
}

/** Removes a context, and deselects it. False when it does not exist. Works on a damaged file too. */
export function removeContext(run: CommandRun, name: string): boolean {
  const path = contextPath(run, name);
  if (!existsSync(path)) return false;
  rmSync(path);
  if (selectedContext(run) === name) rmSync(selectedPath(run), { force: true });
  return true;
}

/** Name of the selected context, which commands use by default. */
export function selectedContext(run: CommandRun): string | undefined {
  if (!existsSync(selectedPath(run))) return undefined;
  return readFileSync(selectedPath(run), 'utf8').trim() || undefined;
}

/** Selects a context. Throws a CommandError when it does not exist or is damaged. */
export function selectContext(run: CommandRun, name: string): void {
  readContext(run, name);
  writeFileSync(selectedPath(run), `${name}\n`, { mode: 0o600 });
}
