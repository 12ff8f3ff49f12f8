import {
  type ApiUser,
  type CreatedUser,
  type LoginReply,
  type SetPasswordReply,
  type UserStats,
  type UserType,
  userTypes,
} from '@pulsemq/protocol';
import { Argument, Command, Option } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import { saveLogIn } from '../admin-api/login-file.js';
import { addSecretOptions, putSecrets, requireSecretPlace, type SecretFlags } from '../admin-api/secret-output.js';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { requireConfirmation } from '../prompt/confirmation.js';
import { SecretInput } from '../prompt/secret-input.js';
import { userKeyCommand } from './user-key.js';

interface UserFlags extends AdminFlags, SecretFlags {
  readonly type?: UserType;
  readonly active?: boolean;
  readonly rename?: string;
  readonly yes?: boolean;
  readonly passwordStdin?: boolean;
  readonly generate?: boolean;
}

const examples = exampleHelp([
  ['pulsemq user list', 'all users with their numbers of open sessions'],
  [
    'pulsemq user create feed_1 --save feed_1.json',
    'creates a publisher or subscriber; "pulsemq pub --credentials feed_1.json" uses its token',
  ],
  ['pulsemq user update feed_1 --inactive', 'ends its sessions and log-ins at once'],
  ['pulsemq user key add feed_1 --key-file feed_1.key', 'lets it log in by its CURVE key, without a token'],
  ['pulsemq user password', 'changes your own password'],
  ['pulsemq user delete feed_1 --yes', 'deletes without asking for confirmation'],
]);

const columns: readonly Column<ApiUser>[] = [
  { title: 'ID', value: (user) => user.id, isNumber: true },
  { title: 'USERNAME', value: (user) => user.username },
  { title: 'TYPE', value: (user) => user.user_type },
  { title: 'ACTIVE', value: (user) => user.is_active },
  { title: 'TOKEN', value: (user) => user.has_token },
  { title: 'PASSWORD', value: (user) => user.has_password },
  { title: 'SESSIONS', value: (user) => user.session_count, isNumber: true },
  { title: 'CREATED', value: (user) => user.created_at },
];

const statsColumns: readonly Column<UserStats>[] = [
  { title: 'USERNAME', value: (one) => one.username },
  { title: 'ONLINE', value: (one) => one.is_online },
  { title: 'SESSIONS', value: (one) => one.session_count, isNumber: true },
  { title: 'PUBLISHED', value: (one) => one.pub_count, isNumber: true },
  { title: 'RECEIVED', value: (one) => one.sub_count, isNumber: true },
  { title: 'DROPPED', value: (one) => one.dropped_count, isNumber: true },
  { title: 'ERRORS', value: (one) => one.error_count, isNumber: true },
];

const typeOption = (): Option => new Option('--type <type>', 'type of the user').choices(userTypes);

export const userCommand = (run: CommandRun): Command =>
  new Command('user')
    .description(
      'Users. Types: super_admin may administer, publish and subscribe everywhere; mq_super may publish and subscribe everywhere; ' +
        'mq_normal may do what its grants allow; admin_only may only administer.',
    )
    .addHelpText('after', examples)
    .addCommand(adminCommand(run, 'list', 'list users', list).addOption(typeOption()))
    .addCommand(adminCommand(run, 'show', 'show one user', show).argument('<username>', 'name of the user'))
    .addCommand(
      addSecretOptions(
        adminCommand(run, 'create', 'create a user, whose secrets are shown once', create).argument('<name>'),
      ).addOption(typeOption().default('mq_normal')),
    )
    .addCommand(
      adminCommand(run, 'update', 'change a user', update)
        .argument('<username>', 'name of the user')
        .addOption(typeOption())
        .option('--active', 'let the user log in and connect again')
        .option('--inactive', 'end the sessions and log-ins of the user, and allow no new ones')
        .option('--rename <name>', 'rename the user'),
    )
    .addCommand(
      adminCommand(run, 'delete', 'delete a user, its sessions and its grants', remove)
        .argument('<username>', 'name of the user')
        .option('-y, --yes', 'do not ask for confirmation'),
    )
    .addCommand(
      addSecretOptions(adminCommand(run, 'password', 'set the password of a user, or your own', password))
        .addArgument(new Argument('[username]', 'name of the user (default: yourself)'))
        .option(
          '--password-stdin',
          'read from standard input: the new password as one line; for your own, your current password as a line before it',
        )
        .option('--generate', 'let the broker generate a password'),
    )
    .addCommand(adminCommand(run, 'stats', 'show what each user published and received', stats))
    .addCommand(
      adminCommand(run, 'disconnect', 'end all sessions of a user', disconnect).argument(
        '<username>',
        'name of the user',
      ),
    )
    .addCommand(userKeyCommand(run));

async function list(client: AdminClient, flags: UserFlags): Promise<void> {
  const users = await client.list<ApiUser>('/api/users', { user_type: flags.type });
  await printRows(client.run, users, columns, { json: flags.json, none: 'no users' });
}

async function show(client: AdminClient, flags: UserFlags, username: string): Promise<void> {
  const user = await client.userNamed(username);
  if (flags.json) return printJson(client.run, user);
  await printRows(client.run, [user], columns, { json: false, none: '' });
}

async function stats(client: AdminClient, flags: UserFlags): Promise<void> {
  const rows = await client.list<UserStats>('/api/stats/users');
  await printRows(client.run, rows, statsColumns, { json: flags.json, none: 'no users' });
}

async function create(client: AdminClient, flags: UserFlags, username: string): Promise<void> {
  requireSecretPlace(client.run, flags);
  const reply = await client.send<CreatedUser>('POST', '/api/users', { username, user_type: flags.type });
  await putSecrets(client.run, `created ${reply.username} (${reply.user_type})`, reply, flags, reply);
}

async function update(client: AdminClient, flags: UserFlags & { inactive?: boolean }, username: string): Promise<void> {
  const body = {
    ...(flags.rename !== undefined && { username: flags.rename }),
    ...(flags.type !== undefined && { user_type: flags.type }),
    ...(flags.active && { is_active: true }),
    ...(flags.inactive && { is_active: false }),
  };
  if (Object.keys(body).length === 0)
    throw usageError('nothing to change: give --type, --active, --inactive or --rename');
  if (flags.active && flags.inactive) throw usageError('give either --active or --inactive, not both');
  const user = await client.userNamed(username);
  await client.send('PUT', `/api/users/${user.id}`, body);
  const changed = await client.get<ApiUser>(`/api/users/${user.id}`);
  await printRows(client.run, [changed], columns, { json: flags.json, none: '' });
}

async function remove(client: AdminClient, flags: UserFlags, username: string): Promise<void> {
  const user = await client.userNamed(username);
  await requireConfirmation(
    client.run,
    `Delete the user ${username}, its ${user.session_count} open sessions and its grants?`,
    flags.yes,
  );
  await client.send('DELETE', `/api/users/${user.id}`);
  await printResult(client.run, flags.json, { status: 'deleted', username }, `deleted ${username}`);
}

async function disconnect(client: AdminClient, flags: UserFlags, username: string): Promise<void> {
  const { id } = await client.userNamed(username);
  const reply = await client.send<{ session_count: number }>('POST', '/api/connections/disconnect-user', {
    user_id: id,
  });
  await printResult(client.run, flags.json, reply, `ended ${reply.session_count} sessions of ${username}`);
}

async function password(client: AdminClient, flags: UserFlags, username: string | undefined): Promise<void> {
  if (username === undefined) return ownPassword(client, flags);
  if (flags.generate) requireSecretPlace(client.run, flags);
  const user = await client.userNamed(username);
  const body = flags.generate
    ? {}
    : { password: await new SecretInput(client.run).next(`New password of ${username}: `) };
  const reply = await client.send<SetPasswordReply>('POST', `/api/users/${user.id}/password`, body);
  await putSecrets(
    client.run,
    `changed the password of ${username}`,
    { username, password: reply.password },
    flags,
    reply,
  );
}

/** What standard input must have for it. */
const ownLines = 'two lines: your current password, then the new one';

/** Changes the password of the logged-in user. The broker ends the user's other log-ins and returns a new one. */
async function ownPassword(client: AdminClient, flags: UserFlags): Promise<void> {
  const secrets = new SecretInput(client.run);
  const body = {
    current_password: await secrets.next('Current password: ', ownLines),
    new_password: await secrets.next('New password (at least 8 characters): ', ownLines),
  };
  const reply = await client.send<LoginReply>('POST', '/api/auth/password', body);
  saveLogIn(client.run, client.adminUrl, {
    username: reply.user.username,
    token: reply.token,
    expires_at: reply.expires_at,
  });
  await printResult(
    client.run,
    flags.json,
    { status: 'changed' },
    'changed your password; your other log-ins have ended',
  );
}
