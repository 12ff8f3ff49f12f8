import type { ConfigLayer } from '@pulsemq/broker';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';

/** What the flags of the broker give. */
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
  pulsemq                                      start with no configuration: 5555, 5556 and 8080
  pulsemq --config config.yaml                 settings from a file
  pulsemq --pub-port 6000 --log-level debug    flags win over the file, the file over defaults
  pulsemq --pub-port 0 --admin-port 0          free ports; the banner says which

Exit codes: 0 ended by SIGINT, SIGTERM or SIGHUP, 1 the configuration file is missing, 2 anything else.`;

export const serveCommand = (run: CommandRun): Command =>
  addServeOptions(new Command('serve'))
    .description('start the broker')
    .addHelpText('after', examples)
    .action((_flags, command: Command) => serve(run, { ...command.parent?.opts(), ...command.opts() }));

/** The README's flags. */
export const addServeOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'YAML file with settings')
    .option('--host <address>', 'address to listen on (default: 0.0.0.0)')
    .option('--pub-port <port>', 'publishers and requests (default: 5555)')
    .option('--sub-port <port>', 'subscribers (default: the port after --pub-port)')
    .option('--admin-port <port>', 'console and HTTP API (default: 8080)')
    .option('--db-path <file>', 'database file (default: ./pulsemq.db)')
    .option('--log-level <level>', 'debug, info, warn or error (default: info)');

/** Runs the broker until a signal ends it. */
export async function serve(run: CommandRun, flags: ServeFlags): Promise<void> {
  // Here, since the broker takes a third of a second to load, and no other command needs it.
  const { PulseMQServer } = await import('@pulsemq/broker');
  const layers = await layersOf(run, flags);
  const server = new PulseMQServer({ layers, workingDirectory: run.cwd, console: run.stderr });
  await server.run({ stdout: run.stdout, stderr: run.stderr, signals: run.signals });
}

/** The file, and the flags over it. Throws a StartupError when the file is missing or no YAML. */
export async function layersOf(run: CommandRun, flags: ServeFlags): Promise<ConfigLayer[]> {
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

/** Text that is no number stays text: the schema then says what is wrong with it. */
const portOf = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
