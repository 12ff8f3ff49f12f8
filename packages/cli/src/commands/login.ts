import { Command } from 'commander';
import { type AdminFlags, addAdminOptions, adminUrlOf } from '../admin-api/admin-address.js';
import { logIn, passwordAtHand } from '../admin-api/log-in.js';
import type { CommandRun } from '../command-run.js';
import { isLoopback } from '../context/credentials-file.js';
import { exampleHelp } from '../options/help-text.js';
import { notice } from '../output/notices.js';
import { printResult } from '../output/standard-output.js';
import { SecretInput } from '../prompt/secret-input.js';
import { runBody } from '../running/run-body.js';

interface LoginFlags extends AdminFlags {
  readonly passwordStdin?: boolean;
}

const examples = exampleHelp([
  ['pulsemq login', 'uses .pulsemq_admin in this folder'],
  ['pulsemq login alice --admin-url https://broker.example', 'asks for the password'],
  [
    'pulsemq login alice --password-stdin < password.txt',
    'for a script; PULSEMQ_USERNAME and PULSEMQ_PASSWORD work too',
  ],
]);

export const loginCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new Command('login')
      .description(
        'Log in to the HTTP API. The log-in is saved in a file that only you can read, until it expires or you log out.',
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
  // The password at hand may be that of another user.
  const password =
    atHand?.username === name
      ? atHand.password
      : await new SecretInput(run).next(`Password of ${name} at ${adminUrl}: `);
  const reply = await logIn(run, adminUrl, { username: name, password }, signal);
  const { user, expires_at, must_change_password } = reply;
  await printResult(
    run,
    flags.json,
    { admin_url: adminUrl, user, expires_at, must_change_password },
    `logged in to ${adminUrl} as ${user.username} (${user.user_type}), until ${expires_at}`,
  );
  if (must_change_password) notice(run, 'this password was generated; set your own with "pulsemq user password"');
}
