import { Command, Option } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { CommandRun } from '../command-run.js';
import { namespaceOf } from '../context/connection.js';
import { askHistory } from '../history/history-request.js';
import { historyColumns } from '../history/history-table.js';
import { patternAddress } from '../options/address.js';
import { addConnectionOptions, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { integer } from '../options/parsers.js';
import { cell } from '../output/csv-cell.js';
import { notice, warning } from '../output/notices.js';
import { print } from '../output/standard-output.js';
import { printRows } from '../output/table.js';
import { loadDuckDb } from '../query/duckdb.js';
import { queryHistory } from '../query/query-history.js';
import { type QueryRows, queryRows } from '../query/query-rows.js';
import { runBody } from '../running/run-body.js';

const formats = ['table', 'json', 'csv'] as const;

/** Rows that the broker gives at once. */
const rowMaxCount = 1_000_000;

interface QueryFlags extends AdminFlags {
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly columns?: string;
  readonly zone: string;
  readonly format: (typeof formats)[number];
}

const examples = exampleHelp([
  [
    "pulsemq query 'market:*.trade' 'select _topic, count(*) n, avg(price) from history group by 1 order by n desc' --from 2026-11-30",
    'trades and mean price of each topic',
  ],
  [
    'pulsemq query market:sz000651.trade "select time_bucket(interval \'5 minutes\', _received_at) t, first(price), last(price) from history group by 1 order by 1"',
    'first and last price of each five minutes',
  ],
  ["pulsemq query 'market:>' 'describe history'", 'the columns and their types'],
]);

const aboutHelp = `
The messages are the table "history", with the columns of "pulsemq history". The query runs in this process, in memory: it reads no file and no
network, and changes nothing in the broker. It needs DuckDB, which is not installed with pulsemq: npm install @duckdb/node-api

The command reads over the HTTP API, with the same addresses and credentials as "pulsemq history".`;

export const queryCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('query')
      .description(
        'Run SQL over the past messages of a topic or pattern, with DuckDB. The namespace must keep history (pulsemq ns update --history).',
      )
      .argument('<pattern>', 'such as market:sz000651.trade or market:*.trade')
      .argument('<sql>', 'a query of DuckDB on the table "history"')
      .option(
        '--from <time>',
        'from this time of receipt, such as 2026-11-30T01:30:00Z, or a date (default: the oldest)',
      )
      .option('--to <time>', 'before this time, or to the end of a date (default: the newest)')
      .option(
        '--limit <count>',
        'at most this many rows in the table, the oldest',
        integer(1, rowMaxCount),
        rowMaxCount,
      )
      .option('--columns <names>', 'only these columns of the payloads in the table, separated by commas')
      .option('--zone <name>', 'time zone of the query, such as Asia/Shanghai', 'UTC')
      .addOption(new Option('--format <format>', 'format of the output').choices(formats).default('table')),
  )
    .addOption(namespaceOption())
    .addOption(
      new Option('--admin-url <url>', 'address of the HTTP API (default: http://localhost:8080)').helpGroup(
        'Connection:',
      ),
    )
    .addHelpText('after', aboutHelp)
    .addHelpText('after', examples)
    .action((pattern: string, sql: string, flags: QueryFlags) =>
      runBody(run, 'whenDone', (signal) => query(run, { pattern, sql, flags }, signal)),
    );

/** The command line of one `query`. */
interface QueryRequest {
  readonly pattern: string;
  readonly sql: string;
  readonly flags: QueryFlags;
}

async function query(run: CommandRun, { pattern, sql, flags }: QueryRequest, signal: AbortSignal): Promise<void> {
  const address = patternAddress(pattern, namespaceOf(run, flags));
  // First, so that a missing package is said before the broker reads a million messages.
  const duckDb = await loadDuckDb();
  const { from, to, limit, columns, zone } = flags;
  const wanted = {
    namespace: address.namespace,
    pattern: address.name,
    from,
    to,
    limit,
    columns,
    format: 'parquet',
  };
  const history = await askHistory(run, flags, wanted, signal);
  if (history.hasMore) {
    warning(run, `the table has the oldest ${limit} rows only; choose less with --from, --to or the pattern`);
  }
  const found = queryRows(await queryHistory(duckDb, { sql, zone, parquet: history.chunks }, signal));
  await printFound(run, found, flags.format);
  if (history.rowCount === 0) notice(run, `the history of ${address.namespace}:${address.name} has no rows`);
}

async function printFound(run: CommandRun, { names, rows }: QueryRows, format: QueryFlags['format']): Promise<void> {
  if (format === 'csv') {
    const lines = rows.map((row) => names.map((name) => cell(row[name])).join(','));
    return print(run, `${[names.map((name) => cell(name)).join(','), ...lines].join('\r\n')}\r\n`);
  }
  return printRows(run, rows, historyColumns(rows), { json: format === 'json', none: 'no rows' });
}
