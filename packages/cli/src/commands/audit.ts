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
  ['pulsemq audit --type login --limit 20', 'the last twenty log-ins, also those that failed'],
  ['pulsemq audit --operator alice --from 2026-11-01 --csv > audit.csv', 'what one user did this month'],
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

const csvKeys = [
  ...[
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
  ],
  ...['result', 'request_id'],
] as const satisfies readonly (keyof AuditRow)[];

export const auditCommand = (run: CommandRun): Command =>
  adminCommand(run, 'audit', 'show who changed what, newest first', show)
    .option('--type <operation>', 'such as login, grant, user.create')
    .option('--operator <username>', 'who did it')
    .option('--target <name>', 'what it was done to')
    .option('--ns <name>', 'in this namespace')
    .option('--result <code>', 'ok, or the code of a refusal')
    .option('--from <time>', 'from this time on, such as 2026-11-25T09:00:00Z')
    .option('--to <time>', 'up to this time')
    .option('--limit <count>', 'rows at most', count, 50)
    .option('--csv', 'all columns as CSV')
    .addHelpText('after', examples);

async function show(client: AdminClient, flags: AuditFlags): Promise<void> {
  const { type, operator, target, ns, result, from, to, limit } = flags;
  const query = { op_type: type, operator, target, namespace: ns, result, from, to };
  const rows = await client.list<AuditRow>('/api/audit-logs', query, limit);
  if (!flags.csv) return printRows(client.run, rows, columns, { json: flags.json, none: 'no audit rows' });
  await printLine(client.run, csvKeys.join(','));
  for (const row of rows) await printLine(client.run, csvKeys.map((key) => cell(row[key])).join(','));
}
