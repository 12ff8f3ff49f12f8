import type { AuditRow } from '@pulsemq/protocol';
import type { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { count } from '../options/parsers.js';
import { cell } from '../output/csv-cell.js';
import { printLine } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';

interface AuditFlags extends AdminFlags {
  readonly type?: string;
  readonly operator?: string;
  readonly target?: string;
  readonly ns?: string;
  readonly result?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly csv?: boolean;
}

const examples = exampleHelp([
  ['pulsemq audit --type login --limit 20', 'the last twenty log-ins, including failed ones'],
  ['pulsemq audit --operator alice --from 2026-11-01 --csv > audit.csv', 'what alice has changed since 1 November'],
]);

const columns: readonly Column<AuditRow>[] = [
  { title: 'TIME', value: (row) => row.created_at },
  { title: 'OPERATION', value: (row) => row.op_type },
  { title: 'OPERATOR', value: (row) => row.operator },
  { title: 'TARGET', value: (row) => row.target },
  { title: 'NAMESPACE', value: (row) => row.namespace },
  { title: 'FROM', value: (row) => row.address },
  { title: 'RESULT', value: (row) => row.result },
];

/** Columns of the CSV output: all fields of a row. */
const csvColumns = [
  'id',
  'created_at',
  'op_type',
  'target_type',
  'operator',
  'address',
  'target',
  'namespace',
  'old_value',
  'new_value',
  'result',
  'request_id',
] as const satisfies readonly (keyof AuditRow)[];

export const auditCommand = (run: CommandRun): Command =>
  adminCommand(run, 'audit', 'show who changed what, newest first', show)
    .option('--type <operation>', 'only this operation, such as login, grant or user.create')
    .option('--operator <username>', 'only what this user did')
    .option('--target <name>', 'only what was done to this user, namespace or topic')
    .option('--ns <namespace>', 'only this namespace')
    .option('--result <code>', 'only this result: ok, or an error code')
    .option('--from <time>', 'not before this time, such as 2026-11-25T09:00:00Z')
    .option('--to <time>', 'not after this time')
    .option('--limit <count>', 'at most this many rows', count, 50)
    .option('--csv', 'print all columns as CSV')
    .addHelpText('after', examples);

async function show(client: AdminClient, flags: AuditFlags): Promise<void> {
  const { run } = client;
  const { type, operator, target, ns, result, from, to, limit } = flags;
  const query = { op_type: type, operator, target, namespace: ns, result, from, to };
  const rows = await client.list<AuditRow>('/api/audit-logs', query, limit);
  if (!flags.csv) return printRows(run, rows, columns, { json: flags.json, none: 'no audit rows' });
  await printLine(run, csvColumns.join(','));
  for (const row of rows) await printLine(run, csvColumns.map((key) => cell(row[key])).join(','));
}
