import { Command, Option } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { CommandRun } from '../command-run.js';
import { namespaceOf } from '../context/connection.js';
import { usageError } from '../exit-code.js';
import { checkNewFile, writeWhole } from '../history/history-file.js';
import { askHistory, type HistoryAnswer } from '../history/history-request.js';
import { type HistoryRow, historyColumns } from '../history/history-table.js';
import { type Address, patternAddress } from '../options/address.js';
import { addConnectionOptions, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { integer } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { print, printLine } from '../output/standard-output.js';
import { printRows } from '../output/table.js';
import { byteText, countedText } from '../output/units.js';
import { runBody } from '../running/run-body.js';

const formats = ['table', 'json', 'csv', 'arrow', 'parquet'] as const;
type Format = (typeof formats)[number];

/** Rows that the broker gives at once. */
const rowMaxCount = 1_000_000;

interface HistoryFlags extends AdminFlags {
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly columns?: string;
  readonly every?: string;
  readonly zone?: string;
  readonly price?: string;
  readonly size?: string;
  readonly format?: Format;
  readonly output?: string;
  readonly force?: boolean;
}

const examples = exampleHelp([
  [
    "pulsemq history 'market:*.trade' --from 2026-11-30T01:30:00Z --limit 50",
    'the first 50 rows from 09:30 in Shanghai',
  ],
  ['pulsemq history market:sz000651.trade --from 2026-11-30 --every 1m --size size', 'bars of one minute with volume'],
  [
    "pulsemq history 'market:>' --from 2026-11-30 --to 2026-11-30 --limit 1000000 --output day.parquet",
    'one day as Parquet',
  ],
  ["pulsemq history 'market:*.trade' --format json | jq '.[].price'", 'one column, for other programs'],
]);

const credentialsHelp = `
The command reads over the HTTP API, whose address is the first of: --admin-url, that of --context, PULSEMQ_ADMIN_URL, that of the selected
context, port 8080 on the host of the broker. It sends the username and token of a user who may subscribe; without a token, it uses the
log-in of "pulsemq login".`;

export const historyCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('history')
      .description(
        'Print the past messages of a topic or pattern as rows, oldest first, or as bars of their prices. The namespace must keep history (pulsemq ns update --history).',
      )
      .argument('<pattern>', 'such as market:sz000651.trade or market:*.trade')
      .option(
        '--from <time>',
        'from this time of receipt, such as 2026-11-30T01:30:00Z, or a date (default: the oldest)',
      )
      .option('--to <time>', 'before this time, or to the end of a date (default: the newest)')
      .option('--limit <count>', 'at most this many rows', integer(1, rowMaxCount), 1_000)
      .option('--columns <names>', 'only these columns of the payloads, separated by commas')
      .option('--every <length>', 'bars of this length: 1s, 1m, 5m, 1h, 1d or another that divides a day')
      .option('--price <column>', 'with --every: the column with the price (default: price)')
      .option('--size <column>', 'with --every: the column whose sum is the volume')
      .option(
        '--zone <name>',
        'with --every: time zone whose midnight begins a day, such as Asia/Shanghai (default: UTC)',
      )
      .addOption(
        new Option('--format <format>', 'format of the output (default: by the name of --output, else table)').choices(
          formats,
        ),
      )
      .option('-o, --output <file>', 'write a file; it gets its name when it is whole')
      .option('--force', 'replace a file that exists'),
  )
    .addOption(namespaceOption())
    .addOption(
      new Option('--admin-url <url>', 'address of the HTTP API (default: http://localhost:8080)').helpGroup(
        'Connection:',
      ),
    )
    .addHelpText('after', credentialsHelp)
    .addHelpText('after', examples)
    .action((pattern: string, flags: HistoryFlags) =>
      runBody(run, 'whenDone', (signal) => printHistory(run, pattern, flags, signal)),
    );

async function printHistory(run: CommandRun, pattern: string, flags: HistoryFlags, signal: AbortSignal): Promise<void> {
  const address = patternAddress(pattern, namespaceOf(run, flags));
  const format = formatOf(run, flags);
  if (flags.output !== undefined) checkNewFile(run, flags.output, flags.force === true);
  const { from, to, limit, columns, every, zone, price, size } = flags;
  const query = {
    namespace: address.namespace,
    pattern: address.name,
    from,
    to,
    limit,
    columns,
    every,
    zone,
    price,
    size,
    format: format === 'table' ? 'json' : format,
  };
  const answer = await askHistory(run, flags, query, signal);
  if (flags.output !== undefined) await saveAnswer(run, flags.output, answer);
  else if (format === 'table') await printTable(run, answer);
  else for await (const chunk of answer.chunks) await print(run, chunk, signal);
  noteEnd(run, address, flags, answer);
}

/** Throws a CommandError where the format is not known, or where bytes would fill a terminal. */
function formatOf(run: CommandRun, { format, output }: HistoryFlags): Format {
  if (output === undefined) {
    const chosen = format ?? 'table';
    if ((chosen !== 'arrow' && chosen !== 'parquet') || run.stdout.isTTY !== true) return chosen;
    throw usageError(`${chosen} is not for a terminal; give --output <file>, or send it into a pipe`);
  }
  if (format === 'table') throw usageError('a table is for a terminal; write a file as json, csv, arrow or parquet');
  const chosen = format ?? formats.find((one) => one !== 'table' && output.endsWith(`.${one}`));
  if (chosen !== undefined) return chosen;
  throw usageError(`the name ${output} does not say the format; give --format json, csv, arrow or parquet`);
}

async function saveAnswer(run: CommandRun, file: string, { rowCount, chunks }: HistoryAnswer): Promise<void> {
  const bytes = await writeWhole(run, file, chunks);
  await printLine(run, `${file}: ${countedText(rowCount, 'row')}, ${byteText(bytes)}`);
}

async function printTable(run: CommandRun, { rowCount, chunks }: HistoryAnswer): Promise<void> {
  if (rowCount === 0) return;
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const rows = JSON.parse(Buffer.concat(parts).toString('utf8')) as HistoryRow[];
  await printRows(run, rows, historyColumns(rows), { json: false, none: '' });
}

function noteEnd(run: CommandRun, { namespace, name }: Address, flags: HistoryFlags, answer: HistoryAnswer): void {
  const { from, to, limit } = flags;
  if (answer.rowCount === 0) {
    const range =
      from === undefined && to === undefined
        ? ''
        : ` in the range from ${from ?? 'the oldest'} to ${to ?? 'the newest'}`;
    notice(run, `the history of ${namespace}:${name} has no rows${range}`);
  }
  if (answer.hasMore) {
    const text = `there are more than ${limit} rows; raise --limit, at most ${rowMaxCount}, or go on with --from at the last time`;
    notice(run, text);
  }
}
