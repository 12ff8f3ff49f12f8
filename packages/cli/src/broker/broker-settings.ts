import type { ConfigLayer } from '@pulsemq/broker';
import { type Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';

/** Options that say which settings a broker has. Ports stay text: the configuration schema checks them. */
export interface BrokerFlags {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly pubPort?: string | undefined;
  readonly subPort?: string | undefined;
  readonly adminPort?: string | undefined;
  readonly dbPath?: string | undefined;
  readonly logLevel?: string | undefined;
}

/** Options of a command that needs only the database file of a broker. */
export type DatabaseFlags = Pick<BrokerFlags, 'config' | 'dbPath'>;

/** Options that say where the database of a stopped broker is: it is found as `serve` finds it. */
export const databaseOptions = (): Option[] => [
  new Option('--config <file>', 'YAML file with settings'),
  new Option('--db-path <file>', 'database file (default: ./pulsemq.db)'),
];

export function addDatabaseOptions(command: Command): Command {
  for (const option of databaseOptions()) command.addOption(option);
  return command;
}

/** Options of `pulsemq`, `pulsemq serve` and `pulsemq check`. */
export const addBrokerOptions = (command: Command): Command =>
  addDatabaseOptions(command)
    .option('--host <address>', 'address to listen on (default: 0.0.0.0)')
    .option('--pub-port <port>', 'port for publishers and requests (default: 5555)')
    .option('--sub-port <port>', 'port for subscribers (default: --pub-port + 1)')
    .option('--admin-port <port>', 'port for the console and the HTTP API (default: 8080)')
    .option('--log-level <level>', 'debug, info, warn or error (default: info)');

/**
 * The settings of the file, the environment and the options; a later layer overrides an earlier one. Throws a StartupError when the file is
 * missing or not YAML.
 */
export async function brokerLayers(run: CommandRun, flags: BrokerFlags): Promise<ConfigLayer[]> {
  const { environmentLayer, readConfigFile } = await import('@pulsemq/broker');
  const layers: ConfigLayer[] = [];
  if (flags.config !== undefined) layers.push({ source: 'file', values: readConfigFile(flags.config, run.cwd) });
  return [...layers, environmentLayer(run.env), { source: 'flag', values: flagValues(flags) }];
}

/**
 * The absolute path of the database file that a broker would have. Throws a StartupError when the configuration is wrong, and a CommandError
 * when the database is not a file; `instead` says what to do in that case.
 */
export async function databaseFile(run: CommandRun, flags: DatabaseFlags, instead: string): Promise<string> {
  const { effectiveConfig } = await import('@pulsemq/broker');
  const { storage } = effectiveConfig(await brokerLayers(run, flags)).config;
  if (storage.driver === 'sqlite') return run.path(storage.db_path);
  throw usageError(`storage.driver is ${storage.driver}, and this command works on a database file; ${instead}`);
}

const flagValues = (flags: BrokerFlags): ConfigLayer['values'] => ({
  server: {
    host: flags.host,
    pub_port: portOf(flags.pubPort),
    sub_port: portOf(flags.subPort),
    admin_port: portOf(flags.adminPort),
  },
  storage: { db_path: flags.dbPath },
  logging: { level: flags.logLevel },
});

/** A text that is not a number stays a text; the configuration schema then reports it. */
const portOf = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
