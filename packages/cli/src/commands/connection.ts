import type { ApiConnection, ApiLane } from '@pulsemq/protocol';
import { Command, Option } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { count } from '../options/parsers.js';
import { printFields } from '../output/fields.js';
import { printJson, printLine, printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { byteText, countText } from '../output/units.js';

interface ConnectionFlags extends AdminFlags {
  readonly state: string;
  readonly user?: string;
  readonly text?: string;
  readonly sort?: string;
  readonly limit?: number;
}

const examples = exampleHelp([
  ['pulsemq connection list --sort lag', 'open connections, those that lag most first'],
  [
    'pulsemq connection list --state closed --user feed_1',
    'those of feed_1 that were closed in the last hour, and why',
  ],
  ['pulsemq connection show s12', 'its subscriptions, and its lanes with their policies and losses'],
  ['pulsemq connection kick s12', 'ends it; a client that reconnects may come back'],
]);

const dropCount = ({ drops }: ApiConnection): number =>
  drops.hwm + drops.outbox_bytes + drops.outbox_total_bytes + drops.at_close;

const columns: readonly Column<ApiConnection>[] = [
  { title: 'ID', value: (one) => one.connection_id },
  { title: 'USERNAME', value: (one) => one.username },
  { title: 'KIND', value: (one) => one.kind },
  { title: 'ADDRESS', value: (one) => `${one.address}:${one.port}` },
  { title: 'SINCE', value: (one) => one.connected_at },
  { title: 'SUBS', value: (one) => one.subscription_count, isNumber: true },
  { title: 'IN/S', value: (one) => countText(one.msg_rate_in), isNumber: true },
  { title: 'OUT/S', value: (one) => countText(one.msg_rate_out), isNumber: true },
  { title: 'LAG MS', value: (one) => one.lag_ms, isNumber: true },
  { title: 'QUEUED', value: (one) => byteText(one.queued_bytes), isNumber: true },
  { title: 'DROPPED', value: dropCount, isNumber: true },
  { title: 'CLOSED', value: (one) => one.close_reason },
];

const laneColumns: readonly Column<ApiLane>[] = [
  { title: 'LANE', value: (one) => one.lane, isNumber: true },
  { title: 'ON SLOW', value: (one) => one.on_slow },
  { title: 'MAX RATE', value: (one) => one.max_rate, isNumber: true },
  { title: 'SUBS', value: (one) => one.subscription_count, isNumber: true },
  { title: 'DELIVERED', value: (one) => one.delivered_total, isNumber: true },
  { title: 'DROPPED', value: (one) => one.dropped_total, isNumber: true },
  { title: 'CONFLATED', value: (one) => one.conflated_total, isNumber: true },
  { title: 'QUEUED', value: (one) => one.queued_messages, isNumber: true },
  { title: 'LAG MS', value: (one) => one.lag_ms, isNumber: true },
  { title: 'SLOW', value: (one) => one.is_slow },
];

export const connectionCommand = (run: CommandRun): Command =>
  new Command('connection')
    .description('Connections of clients: those that are open, and those that were closed in the last hour.')
    .addHelpText('after', examples)
    .addCommand(
      adminCommand(run, 'list', 'list connections', list)
        .addOption(
          new Option('--state <state>', 'open or closed ones').choices(['open', 'closed', 'all']).default('open'),
        )
        .option('--user <username>', 'only those of this user')
        .option('--text <text>', 'only those with this text in the username or the address')
        .addOption(
          new Option('--sort <order>', 'largest first').choices(['since', 'lag', 'drops', 'rate_in', 'rate_out']),
        )
        .option('--limit <count>', 'at most this many connections', count),
    )
    .addCommand(adminCommand(run, 'show', 'show one connection', show).argument('<connection-id>', 'such as s12'))
    .addCommand(adminCommand(run, 'kick', 'end connections', kick).argument('<connection-id...>', 'such as s12'));

async function list(client: AdminClient, flags: ConnectionFlags): Promise<void> {
  const user = flags.user === undefined ? undefined : await client.userNamed(flags.user);
  const query = { state: flags.state, user_id: user?.id, text: flags.text, sort: flags.sort };
  const found = await client.list<ApiConnection>('/api/connections', query, flags.limit);
  const shown = flags.state === 'open' ? columns.slice(0, -1) : columns;
  await printRows(client.run, found, shown, { json: flags.json, none: 'no connections' });
}

async function show(client: AdminClient, flags: ConnectionFlags, id: string): Promise<void> {
  const { run } = client;
  const one = await client.get<ApiConnection>(pathOf(id));
  if (flags.json) return printJson(run, one);
  await printFields(run, [
    ['connection', `${one.connection_id} (${one.kind})`],
    ['user', one.username],
    ['address', `${one.address}:${one.port}`],
    ['client', one.client],
    ['connected', one.connected_at],
    ['closed', one.closed_at === null ? null : `${one.closed_at}: ${one.close_reason}`],
    ['in', `${countText(one.msg_rate_in)}/s, ${countText(one.msg_total_in)} messages`],
    ['out', `${countText(one.msg_rate_out)}/s, ${countText(one.msg_total_out)} messages`],
    ['queued', `${countText(one.queued_messages)} messages, ${byteText(one.queued_bytes)}, lag ${one.lag_ms} ms`],
    ['dropped', dropCount(one)],
    ['conflated', one.conflated_total],
    ['subscriptions', one.subscriptions.map(({ namespace, pattern }) => `${namespace}:${pattern}`).join(', ') || null],
  ]);
  if (one.lanes === null || one.lanes.length === 0) return;
  await printLine(run, '');
  await printRows(run, one.lanes, laneColumns, { json: false, none: '' });
}

async function kick(client: AdminClient, flags: ConnectionFlags, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await client.send('POST', `${pathOf(id)}/disconnect`);
    await printResult(client.run, flags.json, { status: 'disconnected', connection_id: id }, `ended ${id}`);
  }
}

/** Throws a CommandError for a text that cannot be the id of a connection, such as a username. */
function pathOf(id: string): string {
  if (!/^[cs]\d+$/.test(id)) {
    throw usageError(
      `connection id ${JSON.stringify(id)} is invalid; ids such as s12 are in "pulsemq connection list", and "pulsemq user disconnect" ends all sessions of a user`,
    );
  }
  return `/api/connections/${id}`;
}
