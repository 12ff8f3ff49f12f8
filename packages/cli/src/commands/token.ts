import type { ResetTokenReply } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import { addSecretOptions, putSecrets, requireSecretPlace, type SecretFlags } from '../admin-api/secret-output.js';
import type { CommandRun } from '../command-run.js';
import { addConnectionOptions, type ConnectionFlags, connectionOf } from '../context/connection.js';
import type { ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { beSure } from '../prompt/sure.js';
import { running } from '../running/running.js';
import { connect } from '../wire/connect.js';

interface ResetFlags extends AdminFlags, SecretFlags {
  readonly yes?: boolean;
}

const examples = exampleHelp([
  ['pulsemq token reset feed_1 --save feed_1.json --yes', 'a new token; sessions that used the old one end'],
  ['pulsemq token check --credentials feed_1.json', 'does the broker take it, and what may its user do'],
]);

export const tokenCommand = (run: CommandRun): Command =>
  new Command('token')
    .description('Tokens: what a user shows on the wire.')
    .addHelpText('after', examples)
    .addCommand(
      addSecretOptions(
        adminCommand(run, 'reset', 'give a user a new token; it is shown once', reset).argument('<username>'),
      ).option('-y, --yes', 'without being asked'),
    )
    .addCommand(
      addConnectionOptions(
        new Command('check')
          .summary('log in on the wire with your own token')
          .description('Log in on the wire with your own token, and show what its user may do.')
          .option('--json', 'print JSON, for scripts'),
      ).action((flags: ConnectionFlags & { json?: boolean }) =>
        running(run, 'done', (signal) => check(run, flags, signal)),
      ),
    );

async function reset(client: AdminClient, flags: ResetFlags, username: string): Promise<void> {
  requireSecretPlace(client.run, flags);
  const user = await client.userNamed(username);
  await beSure(client.run, `Reset the token of ${username}? ${user.session_count} open sessions end.`, flags.yes);
  const { token } = await client.send<ResetTokenReply>('POST', `/api/users/${user.id}/reset-token`);
  await putSecrets(client.run, `reset the token of ${username}`, { username, token }, flags, { username, token });
}

async function check(
  run: CommandRun,
  flags: ConnectionFlags & { json?: boolean },
  signal: AbortSignal,
): Promise<undefined | ExitCode> {
  const connection = await connectionOf(run, flags);
  const client = await connect(run, connection, false, signal);
  try {
    const { type, namespaces } = await client.queryPermission({ signal });
    const { username, host, pubPort, source } = connection;
    if (flags.json) {
      await printJson(run, { username, host, pub_port: pubPort, type, namespaces });
      return undefined;
    }
    await printLine(run, `${host}:${pubPort} takes ${username} (${type}), from ${source}`);
    for (const [name, role] of Object.entries(namespaces)) await printLine(run, `  ${name}: ${role.toLowerCase()}`);
  } finally {
    await client.close();
  }
  return undefined;
}
