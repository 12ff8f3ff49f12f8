import { Command, type OutputConfiguration } from 'commander';
import type { OutputStream } from './command-io.js';
import type { CommandRun } from './command-run.js';
import { type CommandEntry, commandTable } from './command-table.js';
import { addServeOptions, type ServeFlags, serve } from './commands/serve.js';
import { exitCodeHelp } from './options/help-text.js';
import { watchOutput } from './running/running.js';
import { version } from './version.js';

const examples = `
Examples:
  pulsemq                                    start the broker: 5555, 5556 and 8080
  pulsemq demo --serve                       a broker with a market that moves, to look at
  pulsemq sub 'market:>'                     print everything of the namespace market
  pulsemq pub market:sz000651.price 10.55    publish a text
  pulsemq pub --help                         more about one command
`;

/**
 * The whole command line. Without a sub-command the broker starts, as with the Python package. What was wrong with a command
 * line, and that help was shown, is thrown as a CommanderError once it has been said.
 */
export async function program(run: CommandRun, words: readonly string[], loadAll = false): Promise<Command> {
  const root = new Command('pulsemq')
    .description('PulseMQ: market data over the ZeroMQ wire. Without a command it starts the broker.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', () => `${examples}\n${exitCodeHelp()}`);
  // So that --host before a command is the broker's, and behind it the command's.
  root.enablePositionalOptions();
  root.configureOutput(outputOf(run));
  addServeOptions(root).action((flags: ServeFlags) => serve(run, flags));
  root.hook('preSubcommand', refuseForeignOptions);
  refuseUnknownCommand(root, words);
  for (const entry of commandTable) {
    root.addCommand(loadAll || words.includes(entry.name) ? await loaded(entry, run) : stub(entry));
  }
  prepare(root, run);
  return root;
}

const loaded = async (entry: CommandEntry, run: CommandRun): Promise<Command> =>
  (await entry.load(run)).summary(entry.summary).helpGroup(entry.group);

/** Stands in the list of the help. */
const stub = (entry: CommandEntry): Command => new Command(entry.name).summary(entry.summary).helpGroup(entry.group);

/** The broker's options before a command that does not start one would be passed over in silence. */
function refuseForeignOptions(root: Command, called: Command): void {
  const [option] = Object.keys(root.opts());
  if (option === undefined || called.name() === 'serve') return;
  const flag = root.options.find((one) => one.attributeName() === option)?.long;
  root.error(`error: ${flag} before "${called.name()}" means the broker's; give it behind "${called.name()}"`);
}

function refuseUnknownCommand(root: Command, [word]: readonly string[]): void {
  if (word === undefined || word.startsWith('-') || commandTable.some(({ name }) => name === word)) return;
  root.exitOverride().showHelpAfterError('(pulsemq --help shows what there is)');
  root.error(`error: there is no command '${word}'; there are ${commandTable.map(({ name }) => name).join(', ')}`);
}

function prepare(command: Command, run: CommandRun): void {
  // Commander itself would end the process with 1, which means a missing file here.
  command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help shows what there is)`);
  command.helpOption('-h, --help', 'print this help').helpCommand(false);
  command.configureOutput(outputOf(run));
  for (const inner of command.commands) prepare(inner, run);
}

/** Where commander writes help and mistakes, and how wide. */
const outputOf = (run: CommandRun): OutputConfiguration => ({
  writeOut: (text) => {
    // The reader may leave after the first lines: `| head`.
    watchOutput(run, (code) => run.exit(code));
    run.stdout.write(text);
  },
  writeErr: (text) => {
    run.stderr.write(text);
  },
  getOutHelpWidth: () => helpWidth(run.stdout),
  getErrHelpWidth: () => helpWidth(run.stderr),
  getOutHasColors: () => false,
  getErrHasColors: () => false,
});

/** 80 characters where the stream is not a terminal; commander has the same default. */
const helpWidth = ({ isTTY, columns }: OutputStream): number => (isTTY === true ? columns : undefined) ?? 80;

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
