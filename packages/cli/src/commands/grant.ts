import {
  type ApiGrant,
  type GrantRequest,
  type GrantRole,
  grantRoles,
  type PermissionCheck,
  type PermissionVerdict,
} from '@pulsemq/protocol';
import { Argument, Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { colors } from '../output/colors.js';
import { printJson, printLine, printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';

interface GrantFlags extends AdminFlags {
  readonly user?: string;
  readonly ns?: string;
}

const examples = exampleHelp([
  ['pulsemq grant set feed_1 market pub', 'feed_1 may publish and subscribe, effective with its next message'],
  ['pulsemq grant list --ns market', 'the roles in the namespace market'],
  [
    'pulsemq grant check reader_1 market sz000651.price',
    'whether reader_1 may publish and subscribe to this topic, and why',
  ],
  ['pulsemq grant remove feed_1 market', 'also ends the deliveries to feed_1'],
]);

const columns: readonly Column<ApiGrant>[] = [
  { title: 'USERNAME', value: (one) => one.username },
  { title: 'NAMESPACE', value: (one) => one.namespace },
  { title: 'ROLE', value: (one) => one.role },
  { title: 'GRANTED BY', value: (one) => one.granted_by },
  { title: 'GRANTED', value: (one) => one.granted_at },
];

export const grantCommand = (run: CommandRun): Command =>
  new Command('grant')
    .description(
      'Grants give users roles in namespaces. Roles: sub may subscribe, pub may also publish, admin may also manage the grants of the namespace.',
    )
    .addHelpText('after', examples)
    .addCommand(
      adminCommand(run, 'list', 'list grants', list)
        .option('--user <username>', 'only grants of this user')
        .option('--ns <namespace>', 'only grants in this namespace'),
    )
    .addCommand(
      adminCommand(run, 'set', 'give a user a role in a namespace, or change the role', set)
        .argument('<username>', 'name of the user')
        .argument('<namespace>', 'name of the namespace')
        .addArgument(new Argument('[role]', 'role of the user').choices(grantRoles).default('sub')),
    )
    .addCommand(
      adminCommand(run, 'remove', "remove a user's role in a namespace", remove)
        .argument('<username>', 'name of the user')
        .argument('<namespace>', 'name of the namespace'),
    )
    .addCommand(
      adminCommand(run, 'check', 'check whether a user may publish and subscribe, and which rule decides', check)
        .argument('<username>', 'name of the user')
        .argument('<namespace>', 'name of the namespace')
        .argument('[topic]', 'topic, or a pattern to subscribe to'),
    );

async function list(client: AdminClient, flags: GrantFlags): Promise<void> {
  const user = flags.user === undefined ? undefined : await client.userNamed(flags.user);
  const namespace = flags.ns === undefined ? undefined : await client.namespaceNamed(flags.ns);
  const query = { user_id: user?.id, namespace_id: namespace?.id };
  await printRows(client.run, await client.list<ApiGrant>('/api/permissions', query), columns, {
    json: flags.json,
    none: 'no grants',
  });
}

async function set(
  client: AdminClient,
  flags: GrantFlags,
  username: string,
  name: string,
  role: GrantRole,
): Promise<void> {
  const namespace = await client.namespaceNamed(name);
  const request: GrantRequest = { username, role };
  const reply = await client.send<object>('POST', `/api/namespaces/${namespace.id}/permissions`, request);
  await printResult(client.run, flags.json, reply, `${username} has the role ${role} in ${name}`);
}

async function remove(client: AdminClient, flags: GrantFlags, username: string, name: string): Promise<void> {
  const namespace = await client.namespaceNamed(name);
  const path = `/api/namespaces/${namespace.id}/permissions`;
  // The list of users would have the id too, but the admin of a namespace may not see that list.
  const grant = (await client.list<ApiGrant>(path)).find((one) => one.username === username);
  if (grant === undefined) throw new CommandError(ExitCode.refused, `${username} has no role in ${name}`);
  const reply = await client.send<object>('DELETE', `${path}/${grant.user_id}`);
  await printResult(client.run, flags.json, reply, `removed the role of ${username} in ${name}`);
}

async function check(
  client: AdminClient,
  flags: GrantFlags,
  username: string,
  namespace: string,
  topic?: string,
): Promise<void> {
  const { id } = await client.userNamed(username);
  const found = await client.get<PermissionCheck>('/api/permissions/check', { user_id: id, namespace, topic });
  if (flags.json) return printJson(client.run, found);
  await printLine(client.run, `publish:   ${verdictText(client.run, found.publish)}`);
  await printLine(client.run, `subscribe: ${verdictText(client.run, found.subscribe)}`);
}

function verdictText(run: CommandRun, { allowed, reason }: PermissionVerdict): string {
  const paint = colors(run.stdout, run.env);
  return `${allowed ? paint.green('yes') : paint.red('no')}, ${reason}`;
}
