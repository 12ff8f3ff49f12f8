import { version } from '@pulsemq/broker';
import { Command } from 'commander';
import { addServeOptions, serve, serveCommand } from './serve.js';

/** The whole command line. Without a sub-command the broker starts, as with the Python package. */
export function program(): Command {
  const root = new Command('pulsemq')
    .description('PulseMQ: market data over the ZeroMQ wire. Without a command it starts the broker.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(pulsemq --help shows what there is)');
  addServeOptions(root).action(serve);
  root.addCommand(serveCommand());
  return root;
}
