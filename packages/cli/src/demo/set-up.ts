import type { AlertRule, ImportReply, ResetTokenReply } from '@pulsemq/protocol';
import { AdminClient } from '../admin-api/admin-client.js';
import { logIn } from '../admin-api/log-in.js';
import type { CommandRun } from '../command-run.js';
import { firstAdminCredentials } from '../context/credentials-file.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { type DemoUser, demoAlertRule, demoDefinitions, demoUsers } from './definitions.js';

/** Token of each user of the demo. */
export type DemoTokens = Readonly<Record<DemoUser, string>>;

/**
 * Creates the users, namespaces, rules and grants of the demo, and gives its users new tokens. It can be repeated. Throws a CommandError
 * when the folder has no log-in of an administrator that the broker accepts.
 */
export async function setUpDemo(
  run: CommandRun,
  adminUrl: string,
  namespace: string,
  signal: AbortSignal,
): Promise<DemoTokens> {
  const client = await administrator(run, adminUrl, signal);
  await client.send<ImportReply>('POST', '/api/definitions', demoDefinitions(namespace));
  const rule = demoAlertRule(namespace);
  const rules = await client.list<AlertRule>('/api/alert-rules');
  if (!rules.some(({ name }) => name === rule.name)) await client.send('POST', '/api/alert-rules', rule);
  const tokens = await Promise.all(
    Object.values(demoUsers).map(async (username) => {
      const { id } = await client.userNamed(username);
      return [username, (await client.send<ResetTokenReply>('POST', `/api/users/${id}/reset-token`)).token] as const;
    }),
  );
  return Object.fromEntries(tokens) as Record<DemoUser, string>;
}

/** Logs in with the password of this folder, else with a saved log-in. */
async function administrator(run: CommandRun, adminUrl: string, signal: AbortSignal): Promise<AdminClient> {
  const client = new AdminClient(run, { adminUrl }, signal);
  const { username, password } = firstAdminCredentials(run, '127.0.0.1') ?? {};
  const isThere = username !== undefined && password !== undefined;
  try {
    if (isThere) await logIn(run, adminUrl, { username, password }, signal);
    // A call that only an administrator may make.
    await client.get('/api/settings');
    return client;
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== ExitCode.unauthenticated) throw error;
    throw isThere ? oldPassword(error) : lostCredentials(error);
  }
}

const needs = 'and the demo needs an administrator to create its users; run here: pulsemq admin reset-password';

/** The broker of this folder has an admin, whose file is gone. */
const lostCredentials = (cause: Error): CommandError =>
  new CommandError(ExitCode.missingFile, `the file .pulsemq_admin is missing in this folder, ${needs} --new-token`, {
    cause,
  });

/** The password of the admin was changed since its file was written. */
const oldPassword = (cause: Error): CommandError =>
  new CommandError(ExitCode.unauthenticated, `the password in .pulsemq_admin is not accepted, ${needs}`, { cause });
