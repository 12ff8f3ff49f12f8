import type { ConfigLayer } from '@pulsemq/broker';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';

/** Options of the broker. Ports stay text: the configuration schema checks them. */
export interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly pubPort?: string;
  readonly subPort?: string;
  readonly adminPort?: string;
  readonly dbPath?: string;
  readonly logLevel?: string;
}

const examples = `
Examples:
  pulsemq                                      start with the defaults: ports 5555, 5556 and 8080
  pulsemq --config config.yaml                 settings from a file
  pulsemq --pub-port 6000 --log-level debug    options override the file, the file overrides the defaults
  pulsemq --pub-port 0 --admin-port 0          use free ports; the banner shows them

SIGHUP opens the log file again and applies the settings that a running broker can take.

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 the configuration file does not exist, 2 any other error.`;

export const serveCommand = (run: CommandRun): Command =>
  addServeOptions(new Command('serve'))
    .description('Start the broker.')
    .addHelpText('after', examples)
    .action((_flags, command: Command) => serve(run, { ...command.parent?.opts(), ...command.opts() }));

/** Options of `pulsemq` and of `pulsemq serve`. */
export const addServeOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'YAML file with settings')
    .option('--host <address>', 'address to listen on (default: 0.0.0.0)')
    .option('--pub-port <port>', 'port for publishers and requests (default: 5555)')
    .option('--sub-port <port>', 'port for subscribers (default: --pub-port + 1)')
    .option('--admin-port <port>', 'port for the console and the HTTP API (default: 8080)')
    .option('--db-path <file>', 'database file (default: ./pulsemq.db)')
    .option('--log-level <level>', 'debug, info, warn or error (default: info)');

/** Runs the broker until a signal stops it. */
export async function serve(run: CommandRun, flags: ServeFlags): Promise<void> {
  // Imported on use: the broker takes a third of a second to load, and most commands do not need it.
  const { PulseMQServer } = await import('@pulsemq/broker');
  const layers = await layersOf(run, flags);
  const readLayers = () => layersOf(run, flags);
  const server = new PulseMQServer({ layers, readLayers, workingDirectory: run.cwd, console: run.stderr });
  await server.run({ stdout: run.stdout, stderr: run.stderr, signals: run.signals });
}

/** Settings of the file, overridden by the options. Throws a StartupError when the file is missing or not YAML. */
async function layersOf(run: CommandRun, flags: ServeFlags): Promise<ConfigLayer[]> {
  const { readConfigFile } = await import('@pulsemq/broker');
  const layers: ConfigLayer[] = [];
  if (flags.config !== undefined) layers.push({ source: 'file', values: readConfigFile(flags.config, run.cwd) });
  return [...layers, { source: 'flag', values: flagValues(flags) }];
}

const flagValues = (flags: ServeFlags): ConfigLayer['values'] => ({
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
