import { Command } from 'commander';
import { addBrokerOptions, type BrokerFlags, brokerLayers } from '../broker/broker-settings.js';
import type { CommandRun } from '../command-run.js';

const examples = `
Examples:
  pulsemq                                      start with the defaults: ports 5555, 5556 and 8080
  pulsemq --config config.yaml                 settings from a file
  pulsemq --pub-port 6000 --log-level debug    options override the environment and the file
  PULSEMQ_SERVER_PUB_PORT=6000 pulsemq         settings from the environment: see docs/configuration.md
  pulsemq --pub-port 0 --admin-port 0          use free ports; the banner shows them

SIGHUP opens the log file again and applies the settings that a running broker can take.

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 the configuration file does not exist, 2 any other error.`;

export const serveCommand = (run: CommandRun): Command =>
  addBrokerOptions(new Command('serve'))
    .description('Start the broker.')
    .addHelpText('after', examples)
    .action((_flags, command: Command) => serve(run, { ...command.parent?.opts(), ...command.opts() }));

/** Runs the broker until a signal stops it. */
export async function serve(run: CommandRun, flags: BrokerFlags): Promise<void> {
  // Imported on use: the broker takes a third of a second to load, and most commands do not need it.
  const { PulseMQServer } = await import('@pulsemq/broker');
  const readLayers = () => brokerLayers(run, flags);
  const layers = await readLayers();
  const server = new PulseMQServer({ layers, readLayers, workingDirectory: run.cwd, console: run.stderr });
  await server.run({ stdout: run.stdout, stderr: run.stderr, signals: run.signals });
}
