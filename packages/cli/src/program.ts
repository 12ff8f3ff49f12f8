import { Command, type OutputConfiguration } from 'commander';
import { addBrokerOptions, type BrokerFlags } from './broker/broker-settings.js';
import type { OutputStream } from './command-io.js';
import type { CommandRun } from './command-run.js';
import { type CommandEntry, commandTable } from './command-table.js';
import { serve } from './commands/serve.js';
import { didYouMean } from './names/closest-name.js';
import { exitCodeHelp } from './options/help-text.js';
import { watchOutput } from './output/watch-output.js';
import { version } from './version.js';

const examples = `
Examples:
  pulsemq                                    start the broker on ports 5555, 5556 and 8080
  pulsemq demo --serve                       start a broker with a simulated market
  pulsemq sub 'market:>'                     print all messages of the namespace market
  pulsemq pub market:sz000651.price 10.55    publish a text
  pulsemq pub --help                         show the arguments and options of one command
`;

/**
 * The parser of the whole command line. Without a sub-command it starts the broker, as the Python package does. Of the sub-commands only
 * those that occur in `words` are loaded; completion needs all of them. Parsing throws a CommanderError after printing a mistake or
 * the help.
 */
export async function program(run: CommandRun, words: readonly string[], loadAll = false): Promise<Command> {
  const root = new Command('pulsemq')
    .description('PulseMQ: market data over the ZeroMQ wire protocol. Without a command, it starts the broker.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', () => `${examples}\n${exitCodeHelp()}`);
  // --host before a command belongs to the broker; after a command, to the command.
  root.enablePositionalOptions();
  root.configureOutput(outputOf(run));
  addBrokerOptions(root).action((flags: BrokerFlags) => serve(run, flags));
  root.hook('preSubcommand', refuseForeignOptions);
  refuseUnknownCommand(root, words);
  for (const entry of commandTable) {
    const isLoaded = loadAll || words.includes(entry.name);
    root.addCommand(isLoaded ? await loaded(entry, run) : stub(entry), { hidden: entry.isHidden === true });
  }
  prepare(root, run);
  return root;
}

const loaded = async (entry: CommandEntry, run: CommandRun): Promise<Command> =>
  (await entry.load(run, (words, loadAll) => program(run, words, loadAll)))
    .summary(entry.summary)
    .helpGroup(entry.group);

/** A command that is only listed in the help. */
const stub = (entry: CommandEntry): Command => new Command(entry.name).summary(entry.summary).helpGroup(entry.group);

/** Commander would silently ignore the broker's options before a command that does not start a broker. */
function refuseForeignOptions(root: Command, called: Command): void {
  const [option] = Object.keys(root.opts());
  if (option === undefined || called.name() === 'serve') return;
  const flag = root.options.find((one) => one.attributeName() === option)?.long;
  root.error(`error: ${flag} before "${called.name()}" is an option of the broker; write it after "${called.name()}"`);
}

function refuseUnknownCommand(root: Command, [word]: readonly string[]): void {
  if (word === undefined || word.startsWith('-') || commandTable.some(({ name }) => name === word)) return;
  root.exitOverride().showHelpAfterError(helpHint('pulsemq'));
  const names = commandTable.filter(({ isHidden }) => isHidden !== true).map(({ name }) => name);
  const hint = didYouMean(word, names) || `; the commands are ${names.join(', ')}`;
  root.error(`error: unknown command '${word}'${hint}`);
}

/** Applies what commander does not pass on to sub-commands. */
function prepare(command: Command, run: CommandRun): void {
  // Commander itself would end the process with 1, which means a missing file here.
  command.exitOverride().showHelpAfterError(helpHint(pathOf(command)));
  command.helpOption('-h, --help', 'print this help').helpCommand(false);
  command.configureOutput(outputOf(run));
  for (const inner of command.commands) prepare(inner, run);
}

const helpHint = (path: string): string => `(run "${path} --help" to see the options)`;

/** Makes commander print on the streams of this run. */
function outputOf(run: CommandRun): OutputConfiguration {
  let isWatched = false;
  return {
    writeOut: (text) => {
      // The reader may leave after the first lines (`| head`).
      if (!isWatched) watchOutput(run, (code) => run.exit(code));
      isWatched = true;
      run.stdout.write(text);
    },
    writeErr: (text) => {
      run.stderr.write(text);
    },
    getOutHelpWidth: () => helpWidth(run.stdout),
    getErrHelpWidth: () => helpWidth(run.stderr),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
}

/** Characters per line: 80 where the stream is not a terminal, which is also commander's default. */
const helpWidth = ({ isTTY, columns }: OutputStream): number => (isTTY === true ? columns : undefined) ?? 80;

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
