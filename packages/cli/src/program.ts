import { version } from '@pulsemq/broker';
import { Command } from 'commander';
import { addServeOptions, serve, serveCommand } from './serve.js';

/**
 * The whole command line. Without a sub-command the broker starts, as with the Python package. What was wrong with a command
 * line, and that help was shown, is thrown as a CommanderError once it has been said.
 */
export function program(): Command {
  const root = new Command('pulsemq')
    .description('PulseMQ: market data over the ZeroMQ wire. Without a command it starts the broker.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help');
  addServeOptions(root).action(serve);
  root.addCommand(serveCommand());
  for (const command of [root, ...root.commands]) {
    // Commander itself would end the process with 1, which means a missing file here.
    command.exitOverride().showHelpAfterError('(pulsemq --help shows what there is)');
  }
  return root;
}
