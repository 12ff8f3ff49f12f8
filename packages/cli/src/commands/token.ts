import type { ResetTokenReply } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import { addSecretOptions, putSecrets, requireSecretPlace, type SecretFlags } from '../admin-api/secret-output.js';
import type { CommandRun } from '../command-run.js';
import { connectionOf } from '../context/connection.js';
import { addConnectionOptions, type ConnectionFlags } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { requireConfirmation } from '../prompt/confirmation.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';

interface ResetFlags extends AdminFlags, SecretFlags {
  readonly yes?: boolean;
}

const examples = exampleHelp([
  [
    'pulsemq token reset feed_1 --save feed_1.json --yes',
    'a new token, saved in a file; sessions with the old token end',
  ],
  ['pulsemq token check --credentials feed_1.json', 'whether the broker accepts the token, and what its user may do'],
]);

export const tokenCommand = (run: CommandRun): Command =>
  new Command('token')
    .description('Tokens: the credentials of publishers and subscribers.')
    .addHelpText('after', examples)
    .addCommand(
      addSecretOptions(
        adminCommand(run, 'reset', 'give a user a new token, which is shown once', reset).argument(
          '<username>',
          'name of the user',
        ),
      ).option('-y, --yes', 'do not ask for confirmation'),
    )
    .addCommand(
      addConnectionOptions(
        new Command('check')
          .summary('connect with your own token')
          .description('Connect with your own token, and show what its user may do.')
          .option('--json', 'print JSON'),
      ).action((flags: ConnectionFlags & { json?: boolean }) =>
        runBody(run, 'whenDone', (signal) => check(run, flags, signal)),
      ),
    );

async function reset(client: AdminClient, flags: ResetFlags, username: string): Promise<void> {
  requireSecretPlace(client.run, flags);
  const user = await client.userNamed(username);
  await requireConfirmation(
    client.run,
    `Reset the token of ${username}? This ends its ${user.session_count} open sessions.`,
    flags.yes,
  );
  const { token } = await client.send<ResetTokenReply>('POST', `/api/users/${user.id}/reset-token`);
  await putSecrets(client.run, `reset the token of ${username}`, { username, token }, flags, { username, token });
}

async function check(run: CommandRun, flags: ConnectionFlags & { json?: boolean }, signal: AbortSignal): Promise<void> {
  const connection = await connectionOf(run, flags);
  const client = await connect(run, connection, false, signal);
  try {
    const { type, namespaces } = await client.queryPermission({ signal });
    const { username, host, pubPort, source } = connection;
    if (flags.json) return await printJson(run, { username, host, pub_port: pubPort, type, namespaces });
    await printLine(run, `${host}:${pubPort} accepts ${username} (${type}), from ${source}`);
    for (const [name, role] of Object.entries(namespaces)) await printLine(run, `  ${name}: ${role.toLowerCase()}`);
  } finally {
    await client.close();
  }
}
