import { readFileSync } from 'node:fs';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import type { ConnectionFlags } from '../options/connection-options.js';
import { askSecret, canAsk } from '../prompt/ask.js';
import { hasOwnKey, type Security, securityOf } from './security.js';
import { firstSetting, type SettingSource, settingSources } from './setting-sources.js';

/** A broker, and the user that connects to it. */
export interface Connection {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly username: string;
  /** Undefined when the broker knows the user by a key of this client. */
  readonly token: string | undefined;
  readonly security: Security;
  /** Where the username came from, for people. */
  readonly source: string;
}

/** The broker, without credentials. */
export function brokerOf(run: CommandRun, flags: ConnectionFlags): { host: string; pubPort: number; subPort: number } {
  const sources = settingSources(run, flags);
  const pubPort = firstSetting(sources, 'pub_port') ?? 5_555;
  return {
    host: firstSetting(sources, 'host') ?? 'localhost',
    pubPort,
    subPort: firstSetting(sources, 'sub_port') ?? pubPort + 1,
  };
}

/** The namespace of topics and patterns without one; undefined when no source has it. */
export const namespaceOf = (run: CommandRun, flags: ConnectionFlags): string | undefined =>
  firstSetting(settingSources(run, flags), 'namespace');

/** Broker and credentials. Asks for a missing token on a terminal; throws a CommandError where that is not possible. */
export async function connectionOf(run: CommandRun, flags: ConnectionFlags): Promise<Connection> {
  const broker = brokerOf(run, flags);
  const sources = settingSources(run, flags, broker.host);
  const named = sources.find((source) => source.username !== undefined);
  if (named?.username === undefined) {
    throw new CommandError(
      ExitCode.unauthenticated,
      'no username: give --username or --credentials, set PULSEMQ_USERNAME, or select a context (pulsemq context --help)',
    );
  }
  const { username } = named;
  const owner = tokenOwner(sources, username);
  const security = securityOf(run, sources);
  const known = { ...broker, username, security, source: named.name };
  if (owner !== undefined) return { ...known, token: tokenOf(run, owner) };
  const token = hasOwnKey(security) ? undefined : await askToken(run, username, broker.host);
  return { ...known, token };
}

/** Username and token, where the sources have both; `host`: where they are sent. */
export function tokenUserOf(
  run: CommandRun,
  flags: ConnectionFlags,
  host: string,
): { username: string; token: string } | undefined {
  const sources = settingSources(run, flags, host);
  const username = firstSetting(sources, 'username');
  const owner = username === undefined ? undefined : tokenOwner(sources, username);
  return username === undefined || owner === undefined ? undefined : { username, token: tokenOf(run, owner) };
}

/** A token is sent only with the username it belongs to. */
const tokenOwner = (sources: readonly SettingSource[], username: string): SettingSource | undefined =>
  sources.find(
    (source) => (source.token ?? source.token_file) !== undefined && (source.username ?? username) === username,
  );

async function askToken(run: CommandRun, username: string, host: string): Promise<string> {
  if (canAsk(run)) return askSecret(run, `Token of ${username} at ${host}: `);
  throw new CommandError(
    ExitCode.unauthenticated,
    `no token for ${username}: give --token-file or --credentials, or set PULSEMQ_TOKEN or PULSEMQ_TOKEN_FILE`,
  );
}

function tokenOf(run: CommandRun, { token, token_file, name }: SettingSource): string {
  if (token !== undefined) return token;
  try {
    const text = readFileSync(run.path(token_file!), 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new CommandError(ExitCode.missingFile, `token file not found: ${token_file} (from ${name})`);
    }
    throw usageError(`token file ${token_file} cannot be read: ${message}`);
  }
  throw usageError(`token file ${token_file} is empty (from ${name})`);
}
