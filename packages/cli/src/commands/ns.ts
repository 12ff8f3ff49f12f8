import type { ApiNamespace } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { requireConfirmation } from '../prompt/confirmation.js';

interface NamespaceFlags extends AdminFlags {
  readonly description?: string;
  readonly keepLastValue?: boolean;
  readonly history?: boolean;
  readonly active?: boolean;
  readonly inactive?: boolean;
  readonly yes?: boolean;
}

const examples = exampleHelp([
  ['pulsemq ns list', 'all namespaces with their numbers of topics and grants'],
  [
    'pulsemq ns create market --description "A shares" --keep-last-value',
    'the broker keeps the last value of each topic',
  ],
  ['pulsemq ns update market --inactive', 'stops publishing and subscribing in market'],
]);

const columns: readonly Column<ApiNamespace>[] = [
  { title: 'ID', value: (one) => one.id, isNumber: true },
  { title: 'NAME', value: (one) => one.name },
  { title: 'ACTIVE', value: (one) => one.is_active },
  { title: 'LAST VALUES', value: (one) => one.keep_last_value },
  { title: 'HISTORY', value: (one) => one.history },
  { title: 'TOPICS', value: (one) => one.topic_count, isNumber: true },
  { title: 'GRANTS', value: (one) => one.grant_count, isNumber: true },
  { title: 'CREATED BY', value: (one) => one.created_by },
  { title: 'DESCRIPTION', value: (one) => one.description },
];

export const namespaceCommand = (run: CommandRun): Command =>
  new Command('ns')
    .description('Namespaces hold topics. A grant gives a user a role in a namespace.')
    .addHelpText('after', examples)
    .addCommand(adminCommand(run, 'list', 'list namespaces', list))
    .addCommand(adminCommand(run, 'show', 'show one namespace', show).argument('<namespace>', 'name of the namespace'))
    .addCommand(
      adminCommand(run, 'create', 'create a namespace', create)
        .argument('<name>')
        .option('--description <text>', 'description of the namespace')
        .option('--keep-last-value', 'keep the last value of each topic')
        .option('--history', 'keep all messages in the journal'),
    )
    .addCommand(
      adminCommand(run, 'update', 'change a namespace', update)
        .argument('<namespace>', 'name of the namespace')
        .option('--description <text>', 'description of the namespace')
        .option('--keep-last-value', 'keep the last value of each topic')
        .option('--no-keep-last-value', 'do not keep the last value of each topic')
        .option('--history', 'keep all messages in the journal')
        .option('--no-history', 'stop keeping messages in the journal')
        .option('--active', 'allow publishing and subscribing again')
        .option('--inactive', 'stop publishing and subscribing'),
    )
    .addCommand(
      adminCommand(run, 'delete', 'delete a namespace, its topics and its grants', remove)
        .argument('<namespace>', 'name of the namespace')
        .option('-y, --yes', 'do not ask for confirmation'),
    );

async function list(client: AdminClient, flags: NamespaceFlags): Promise<void> {
  await printRows(client.run, await client.list<ApiNamespace>('/api/namespaces'), columns, {
    json: flags.json,
    none: 'no namespaces',
  });
}

async function show(client: AdminClient, flags: NamespaceFlags, name: string): Promise<void> {
  const found = await client.namespaceNamed(name);
  if (flags.json) return printJson(client.run, found);
  await printRows(client.run, [found], columns, { json: false, none: '' });
}

async function create(client: AdminClient, flags: NamespaceFlags, name: string): Promise<void> {
  const reply = await client.send<object>('POST', '/api/namespaces', {
    name,
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags.keepLastValue && { keep_last_value: true }),
    ...(flags.history && { history: true }),
  });
  await printResult(client.run, flags.json, reply, `created ${name}`);
}

async function update(client: AdminClient, flags: NamespaceFlags, name: string): Promise<void> {
  if (flags.active && flags.inactive) throw usageError('give either --active or --inactive, not both');
  const body = {
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags.keepLastValue !== undefined && { keep_last_value: flags.keepLastValue }),
    ...(flags.history !== undefined && { history: flags.history }),
    ...(flags.active && { is_active: true }),
    ...(flags.inactive && { is_active: false }),
  };
  if (Object.keys(body).length === 0) {
    throw usageError('nothing to change: give --description, --keep-last-value, --history, --active or --inactive');
  }
  const { id } = await client.namespaceNamed(name);
  const changed = await client.send<ApiNamespace>('PUT', `/api/namespaces/${id}`, body);
  await printRows(client.run, [changed], columns, { json: flags.json, none: '' });
}

async function remove(client: AdminClient, flags: NamespaceFlags, name: string): Promise<void> {
  const { id, topic_count, grant_count } = await client.namespaceNamed(name);
  await requireConfirmation(
    client.run,
    `Delete the namespace ${name}, its ${topic_count} topics and ${grant_count} grants?`,
    flags.yes,
  );
  await client.send('DELETE', `/api/namespaces/${id}?force=true`);
  await printResult(client.run, flags.json, { status: 'deleted', name }, `deleted ${name}`);
}
