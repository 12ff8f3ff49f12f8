import type { LoginReply } from '@pulsemq/protocol';
import { Command } from 'commander';
import { type AdminFlags, addAdminOptions, adminUrlOf } from '../admin-api/admin-address.js';
import { adminCa } from '../admin-api/admin-ca.js';
import { logIn, OldPasswordError, type PasswordLogIn, passwordAtHand } from '../admin-api/log-in.js';
import type { CommandRun } from '../command-run.js';
import { isLoopback } from '../context/credentials-file.js';
import { exampleHelp } from '../options/help-text.js';
import { notice } from '../output/notices.js';
import { printResult } from '../output/standard-output.js';
import { canAsk } from '../prompt/ask.js';
import { SecretInput } from '../prompt/secret-input.js';
import { runBody } from '../running/run-body.js';

interface LoginFlags extends AdminFlags {
  readonly passwordStdin?: boolean;
}

const examples = exampleHelp([
  ['pulsemq login', 'uses .pulsemq_admin in this folder'],
  ['pulsemq login alice --admin-url https://broker.example', 'asks for the password'],
  [
    'pulsemq login alice --admin-url https://broker.example --tls-ca broker.cert.pem',
    'trusts this certificate from now on',
  ],
  [
    'pulsemq login alice --password-stdin < password.txt',
    'for a script; PULSEMQ_USERNAME and PULSEMQ_PASSWORD work too',
  ],
]);

export const loginCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new Command('login')
      .description(
        'Log in to the HTTP API. The log-in is saved in a file that only you can read, until it expires or you log out. The path of --tls-ca is saved with it, so that later commands at this address need no --tls-ca.',
      )
      .argument('[username]', 'name of the user (default: that of --credentials, the environment or .pulsemq_admin)')
      .option('--password-stdin', 'read the password from the first line of standard input'),
  )
    .addHelpText('after', examples)
    .action((username: string | undefined, flags: LoginFlags) =>
      runBody(run, 'whenDone', (signal) => login(run, username, flags, signal)),
    );

async function login(
  run: CommandRun,
  username: string | undefined,
  flags: LoginFlags,
  signal: AbortSignal,
): Promise<void> {
  const adminUrl = adminUrlOf(run, flags);
  const { protocol, hostname } = new URL(adminUrl);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    notice(run, `${adminUrl} is not encrypted: others on the network can read your password`);
  }
  const readsPassword = username !== undefined && flags.passwordStdin === true;
  const atHand = readsPassword ? undefined : passwordAtHand(run, adminUrl, flags);
  const name = username ?? atHand?.username ?? run.env.PULSEMQ_USERNAME ?? 'admin';
  const secrets = new SecretInput(run);
  const ask = (): Promise<string> => secrets.next(`Password of ${name} at ${adminUrl}: `);
  // The password at hand may be that of another user.
  const first = atHand?.username === name ? atHand : { username: name, password: await ask() };
  const trusted = adminCa(run, flags, adminUrl);
  const sendLogIn = (given: PasswordLogIn): Promise<LoginReply> =>
    logIn(run, adminUrl, { ...given, ...trusted }, signal);
  const reply = await logInOrAsk(run, first, ask, sendLogIn);
  const { user, expires_at, must_change_password } = reply;
  await printResult(
    run,
    flags.json,
    { admin_url: adminUrl, user, expires_at, must_change_password },
    `logged in to ${adminUrl} as ${user.username} (${user.user_type}), until ${expires_at}`,
  );
  if (must_change_password) notice(run, 'this password was generated; set your own with "pulsemq user password"');
}

/** Logs in. On a terminal it asks for the password where that of `.pulsemq_admin` was changed since. */
async function logInOrAsk(
  run: CommandRun,
  first: PasswordLogIn,
  ask: () => Promise<string>,
  sendLogIn: (given: PasswordLogIn) => Promise<LoginReply>,
): Promise<LoginReply> {
  try {
    return await sendLogIn(first);
  } catch (error) {
    if (!(error instanceof OldPasswordError) || !canAsk(run)) throw error;
    notice(run, 'the password in .pulsemq_admin is not accepted; it was changed since the first start');
    return sendLogIn({ username: first.username, password: await ask() });
  }
}
