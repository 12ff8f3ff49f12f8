import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { CopiedTable } from '@pulsemq/broker';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { StatusLine } from '../output/status-line.js';
import { printRows } from '../output/table.js';
import { countText } from '../output/units.js';
import { runBody } from '../running/run-body.js';

interface CopyFlags {
  readonly from: string;
  readonly to: string;
  readonly broker: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const filePrefix = 'file:';

const examples = exampleHelp([
  [
    'pulsemq store copy --from sqlite:pulsemq.db --to file:url.txt',
    'from the file of one broker to the PostgreSQL database whose address is in url.txt',
  ],
  ['pulsemq store copy --from file:url.txt --to sqlite:pulsemq.db', 'and back'],
]);

export const storeCommand = (run: CommandRun): Command =>
  new Command('store').description('Copy what brokers store.').addCommand(copyCommand(run));

const copyCommand = (run: CommandRun): Command =>
  new Command('copy')
    .description(
      'Copy users, grants, namespaces, topics, settings, rules, the audit log and statistics from one database to another, in one ' +
        'transaction, and compare both. Stop the brokers first: they must not write during the copy.',
    )
    .requiredOption('--from <address>', 'sqlite:PATH, postgres://..., or file:PATH with such an address in it')
    .requiredOption('--to <address>', 'the same; it must be empty')
    .option('--broker <name>', 'broker to which statistics of an SQLite file belong afterwards', hostname())
    .option('--force', 'remove everything that the target has')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action((flags: CopyFlags) => runBody(run, 'whenDone', () => copy(run, flags)));

async function copy(run: CommandRun, flags: CopyFlags): Promise<void> {
  const { copyStore, isStoreAddress } = await import('@pulsemq/broker');
  const [from, to] = [addressOf(run, '--from', flags.from), addressOf(run, '--to', flags.to)];
  for (const [option, address] of Object.entries({ '--from': from, '--to': to })) {
    if (!isStoreAddress(address)) throw usageError(`${option} must be sqlite:PATH, postgres://... or file:PATH`);
  }
  let progress = 'opening both databases';
  const line = new StatusLine(run, () => progress);
  const onProgress = (table: string, rowCount: number): void => {
    progress = `${table}: ${countText(rowCount)} rows`;
  };
  const copied = copyStore({ from, to, isForced: flags.force === true, broker: flags.broker, onProgress });
  await print(run, await copied.finally(() => line.end()), flags.json);
}

async function print(
  run: CommandRun,
  result: { readonly from: string; readonly to: string; readonly tables: readonly CopiedTable[] },
  isJson: boolean | undefined,
): Promise<void> {
  if (isJson) return printJson(run, result);
  await printRows(
    run,
    result.tables,
    [
      { title: 'TABLE', value: ({ table }) => table },
      { title: 'ROWS', value: ({ rowCount }) => rowCount, isNumber: true },
    ],
    { json: false, none: '' },
  );
  await printLine(run, `copied ${result.from} to ${result.to}, and compared both`);
}

/** The address itself, with an absolute path. A password in an argument is seen by everybody on the machine, so a file may hold it. */
function addressOf(run: CommandRun, option: string, text: string): string {
  if (text.startsWith(filePrefix)) {
    const path = run.path(text.slice(filePrefix.length));
    try {
      return addressOf(run, option, readFileSync(path, 'utf8').trim());
    } catch (error) {
      throw usageError(`${option}: ${(error as Error).message}`);
    }
  }
  return text.startsWith('sqlite:') ? `sqlite:${run.path(text.slice('sqlite:'.length))}` : text;
}
