import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { port } from '../options/parsers.js';
import { askSecret, canAsk } from '../prompt/ask.js';
import { type Context, readContext, selectedContext } from './context-file.js';
import { firstAdminCredentials, readCredentialsFile } from './credentials-file.js';

/** Flags that say which broker, and who one is there. */
export interface ConnectionFlags {
  readonly context?: string;
  readonly host?: string;
  readonly pubPort?: number;
  readonly subPort?: number;
  readonly username?: string;
  readonly tokenFile?: string;
  readonly credentials?: string;
  readonly namespace?: string;
}

/** A broker and who one is there. */
export interface Connection {
  readonly host: string;
  readonly pubPort: number;
  readonly subPort: number;
  readonly username: string;
  readonly token: string;
  /** Where the username came from, in words. */
  readonly source: string;
}

const connectionHelp = `
Where the broker and the credentials come from, first one wins:
  1. flags; a token stands in a file (--token-file, --credentials), never on the command line, where others could read it
  2. the context named by --context
  3. PULSEMQ_HOST, PULSEMQ_PUB_PORT, PULSEMQ_SUB_PORT, PULSEMQ_NAMESPACE, PULSEMQ_USERNAME, PULSEMQ_TOKEN, PULSEMQ_TOKEN_FILE
  4. the context named by PULSEMQ_CONTEXT, or chosen with: pulsemq context select
  5. .pulsemq_admin in this folder, for a broker on this machine
  6. localhost, 5555, 5556; on a terminal the token is asked for`;

export const addConnectionOptions = (command: Command): Command =>
  command
    .addOption(connectionOption('--context <name>', 'broker and credentials saved under a name'))
    .addOption(connectionOption('--host <host>', 'the broker (default: localhost)'))
    .addOption(connectionOption('--pub-port <port>', 'its port for requests (default: 5555)').argParser(port))
    .addOption(
      connectionOption('--sub-port <port>', 'its port for subscribers (default: --pub-port + 1)').argParser(port),
    )
    .addOption(connectionOption('-u, --username <name>', 'who you are there'))
    .addOption(connectionOption('--token-file <file>', 'file with the token'))
    .addOption(connectionOption('--credentials <file>', 'JSON file with username and token, such as .pulsemq_admin'))
    .addHelpText('after', connectionHelp);

export const namespaceOption = (): Option =>
  connectionOption('-n, --namespace <name>', 'namespace of what is given without one (default: default)');

const connectionOption = (flags: string, description: string): Option =>
  new Option(flags, description).helpGroup('Connection:');

/** What a place says; each may leave anything out. */
interface Place extends Context {
  readonly name: string;
}

/** The broker, without credentials. */
export function brokerOf(run: CommandRun, flags: ConnectionFlags): { host: string; pubPort: number; subPort: number } {
  const places = placesOf(run, flags);
  const pubPort = first(places, 'pub_port') ?? 5_555;
  return { host: first(places, 'host') ?? 'localhost', pubPort, subPort: first(places, 'sub_port') ?? pubPort + 1 };
}

/** The namespace of what is given without one. */
export const namespaceOf = (run: CommandRun, flags: ConnectionFlags): string | undefined =>
  first(placesOf(run, flags), 'namespace');

/** Broker and credentials. Asks for the token on a terminal when nothing gives it; throws a CommandError where that is impossible. */
export async function connectionOf(run: CommandRun, flags: ConnectionFlags): Promise<Connection> {
  const broker = brokerOf(run, flags);
  const places = placesOf(run, flags, broker.host);
  const named = places.find((place) => place.username !== undefined);
  if (named?.username === undefined) {
    throw new CommandError(
      ExitCode.unauthenticated,
      'no username: give --username or --credentials, set PULSEMQ_USERNAME, or choose a context (pulsemq context --help)',
    );
  }
  const { username } = named;
  // A token belongs to its username: one of somebody else is not tried.
  const owner = places.find(
    (place) => (place.token ?? place.token_file) !== undefined && (place.username ?? username) === username,
  );
  const token = owner === undefined ? await askToken(run, username, broker.host) : tokenOf(run, owner);
  return { ...broker, username, token, source: named.name };
}

async function askToken(run: CommandRun, username: string, host: string): Promise<string> {
  if (canAsk(run)) return askSecret(run, `Token of ${username} at ${host}: `);
  throw new CommandError(
    ExitCode.unauthenticated,
    `no token for ${username}: give --token-file or --credentials, or set PULSEMQ_TOKEN or PULSEMQ_TOKEN_FILE`,
  );
}

function tokenOf(run: CommandRun, { token, token_file, name }: Place): string {
  if (token !== undefined) return token;
  try {
    const text = readFileSync(run.path(token_file!), 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new CommandError(ExitCode.missingFile, `token file not found: ${token_file} (${name})`);
    throw usageError(`token file ${token_file} cannot be read: ${message}`);
  }
  throw usageError(`token file ${token_file} is empty (${name})`);
}

function placesOf(run: CommandRun, flags: ConnectionFlags, host?: string): Place[] {
  const places = [flagPlace(run, flags)];
  if (flags.context !== undefined) places.push(contextPlace(run, flags.context));
  places.push(environmentPlace(run.env));
  const chosen = flags.context === undefined ? run.env.PULSEMQ_CONTEXT || selectedContext(run) : undefined;
  if (chosen !== undefined) places.push(contextPlace(run, chosen));
  const found = host === undefined ? undefined : firstAdminCredentials(run, host);
  if (found !== undefined) places.push({ name: '.pulsemq_admin in this folder', ...credentialsOnly(found) });
  return places;
}

const contextPlace = (run: CommandRun, name: string): Place => ({ ...readContext(run, name), name: `context ${name}` });

function flagPlace(run: CommandRun, flags: ConnectionFlags): Place {
  const file = flags.credentials === undefined ? {} : readCredentialsFile(run, flags.credentials);
  return defined({
    name: flagName(flags, file.username),
    host: flags.host,
    pub_port: flags.pubPort,
    sub_port: flags.subPort,
    namespace: flags.namespace,
    username: flags.username ?? file.username,
    token: flags.tokenFile === undefined ? file.token : undefined,
    token_file: flags.tokenFile,
  });
}

/** Which flag says who one is, or where the token is. */
function flagName(flags: ConnectionFlags, fileUsername: string | undefined): string {
  if (flags.username !== undefined) return '--username';
  return fileUsername !== undefined ? flags.credentials! : '--token-file';
}

function environmentPlace(env: CommandRun['env']): Place {
  return defined({
    name: 'the environment',
    host: env.PULSEMQ_HOST || undefined,
    pub_port: portOf('PULSEMQ_PUB_PORT', env),
    sub_port: portOf('PULSEMQ_SUB_PORT', env),
    namespace: env.PULSEMQ_NAMESPACE || undefined,
    username: env.PULSEMQ_USERNAME || undefined,
    token: env.PULSEMQ_TOKEN || undefined,
    token_file: env.PULSEMQ_TOKEN_FILE || undefined,
  });
}

function portOf(name: string, env: CommandRun['env']): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  try {
    return port(text);
  } catch {
    throw usageError(`${name} is ${JSON.stringify(text)}; allowed: 1 to 65535`);
  }
}

const credentialsOnly = ({ username, token }: { username?: string; token?: string }): Context =>
  defined({ username, token });

const first = <Key extends keyof Context>(places: readonly Place[], key: Key): Context[Key] | undefined =>
  places.find((place) => place[key] !== undefined)?.[key];

const defined = <Result>(values: Record<string, unknown>): Result =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Result;
