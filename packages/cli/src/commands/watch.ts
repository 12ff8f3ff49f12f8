import type { LiveTable, PulseMQClient } from '@pulsemq/client';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { connectionOf, namespaceOf } from '../context/connection.js';
import { type Address, patternAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';

interface WatchFlags extends ConnectionFlags {
  readonly json?: boolean;
}

/** Updates a second: of each topic, and of the screen. */
const updateRate = 4;

const examples = exampleHelp([
  [
    "pulsemq watch 'market:*.quote'",
    'keys: q quits; up, down, page-up and page-down scroll; quote the pattern, as * also has a meaning in the shell',
  ],
  ["pulsemq watch 'market:*.quote' --json", 'one JSON object for each update'],
]);

export const watchCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('watch')
      .description(
        'Show a board of the newest prices of a pattern, updated in place at most four times a second: symbol, last, change, bid, ask, age. ' +
          'Where the output is not a terminal, print a line for each update. Columns are found by their names: last, price or close; bid; ask; volume. ' +
          'The change is since the previous close if the payload has it (prev_close), else since the first price that was seen. ' +
          'The namespace must keep last values (pulsemq ns update --keep-last-value).',
      )
      .argument('<pattern>', 'such as market:*.quote')
      .option('--json', 'print one JSON object for each update'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((pattern: string, flags: WatchFlags) =>
      runBody(run, 'whenStopped', (signal) => watch(run, pattern, flags, signal)),
    );

async function watch(run: CommandRun, pattern: string, flags: WatchFlags, signal: AbortSignal): Promise<void> {
  const address = patternAddress(pattern, namespaceOf(run, flags));
  const isBoard = run.stdout.isTTY === true && run.stdin.isTTY === true && flags.json !== true;
  const client = await connect(run, await connectionOf(run, flags), true, signal, !isBoard);
  try {
    const table = await client.liveTable(address.namespace, address.name, { maxRate: updateRate, signal });
    if (isBoard) await showBoard(run, client, table, address, signal);
    else await printUpdates(run, table, flags, signal);
  } finally {
    await client.close();
  }
}

async function showBoard(
  run: CommandRun,
  client: PulseMQClient,
  table: LiveTable,
  address: Address,
  signal: AbortSignal,
): Promise<void> {
  const { Board } = await import('../board/board.js');
  await new Board(run, client, table, address, 1_000 / updateRate).show(signal);
}

async function printUpdates(run: CommandRun, table: LiveTable, flags: WatchFlags, signal: AbortSignal): Promise<void> {
  const [{ UpdatePrinter }, { quoteJson, quoteLine }] = await Promise.all([
    import('../board/update-printer.js'),
    import('../board/quote-line.js'),
  ]);
  const printer = new UpdatePrinter(run, table.pattern, flags.json ? quoteJson : quoteLine, signal);
  printer.add(table.rows());
  table.on('change', ({ rows }) => printer.add(rows));
  const error = await table.ended;
  await printer.flush();
  if (error !== null && !signal.aborted) throw error;
}
