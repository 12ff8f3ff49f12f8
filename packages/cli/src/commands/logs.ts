import { type LogLine, logLevels } from '@pulsemq/protocol';
import { Command, Option } from 'commander';
import { type AdminFlags, addAdminOptions } from '../admin-api/admin-address.js';
import { AdminClient } from '../admin-api/admin-client.js';
import { streamEvents } from '../admin-api/event-stream.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { integer } from '../options/parsers.js';
import { plainText } from '../output/plain-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

interface LogFlags extends AdminFlags {
  readonly level: string;
  readonly text?: string;
  readonly limit: number;
  readonly follow?: boolean;
}

const examples = exampleHelp([
  ['pulsemq logs --level warn', 'the newest warnings and errors'],
  ['pulsemq logs --text alice --follow', 'lines with that text, old and new'],
]);

export const logsCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new Command('logs').description(
      'Print the newest lines of the log of a running broker, the oldest of them first. The broker keeps 2,000; its log file has all.',
    ),
  )
    .addOption(
      new Option('--level <level>', 'lines of this level and those above it').choices(logLevels).default('info'),
    )
    .option('--text <text>', 'only lines with this text')
    .option('--limit <count>', 'at most this many lines', integer(1, 1_000), 50)
    .option('-f, --follow', 'also print new lines, until Ctrl-C')
    .addHelpText('after', examples)
    .action((flags: LogFlags) =>
      runBody(run, flags.follow ? 'whenStopped' : 'whenDone', (signal) => logs(run, flags, signal)),
    );

async function logs(run: CommandRun, flags: LogFlags, signal: AbortSignal): Promise<void> {
  const client = new AdminClient(run, flags, signal);
  const { level, text, limit } = flags;
  const query = new URLSearchParams({ level, ...(text !== undefined && { text }) });
  // Opened first, so that no line falls between the list and the stream. A line in both is printed once.
  const stream = flags.follow ? await client.open('GET', `/api/logs/stream?${query}`) : undefined;
  const newest = await client.get<LogLine[]>('/api/logs', { level, text, limit });
  const print = (line: LogLine): Promise<void> =>
    flags.json ? printJson(run, line) : printLine(run, lineText(line), signal);
  for (const line of newest.toReversed()) await print(line);
  if (stream === undefined) return;
  const lastId = newest[0]?.id ?? 0;
  for await (const { event, data } of streamEvents(stream.body!)) {
    if (event !== 'line') continue;
    const line = JSON.parse(data) as LogLine;
    if (line.id > lastId) await print(line);
  }
  throw new CommandError(ExitCode.unreachable, 'the broker ended the stream');
}

/** A line as the log file has it; control characters are escaped. */
const lineText = ({ at, level, logger, text }: LogLine): string =>
  `${at} ${level.toUpperCase().padEnd(5)} [${logger}] ${plainText(text)}`;
