import { Command } from 'commander';
import { type AdminFlags, addAdminOptions, adminUrlOf } from '../admin-api/admin-address.js';
import { logIn, passwordAtHand } from '../admin-api/log-in.js';
import type { CommandRun } from '../command-run.js';
import { isLoopback } from '../context/credentials-file.js';
import type { ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { SecretInput } from '../prompt/secret-input.js';
import { running } from '../running/running.js';

interface LoginFlags extends AdminFlags {
  readonly passwordStdin?: boolean;
}

const examples = exampleHelp([
  ['pulsemq login', 'with .pulsemq_admin in this folder'],
  ['pulsemq login alice --admin-url https://broker.example', 'asks for the password'],
  ['pulsemq login alice --password-stdin < password.txt', 'in a script; or PULSEMQ_USERNAME and PULSEMQ_PASSWORD'],
]);

export const loginCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new Command('login')
      .description(
        'Log in to the HTTP API. The log-in is kept in a file that only you may read, until it ends or you log out.',
      )
      .argument('[username]', 'who you are; without it credentials at hand are used')
      .option('--password-stdin', 'read the password from the first line of standard input'),
  )
    .addHelpText('after', examples)
    .action((username: string | undefined, flags: LoginFlags) =>
      running(run, 'done', (signal) => login(run, username, flags, signal)),
    );

async function login(
  run: CommandRun,
  username: string | undefined,
  flags: LoginFlags,
  signal: AbortSignal,
): Promise<undefined | ExitCode> {
  const adminUrl = adminUrlOf(run, flags);
  const { protocol, hostname } = new URL(adminUrl);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    notice(run, `${adminUrl} is not encrypted: your password can be read on the way`);
  }
  const found = username === undefined || !flags.passwordStdin ? passwordAtHand(run, adminUrl, flags) : undefined;
  const isMeant = found !== undefined && (username === undefined || username === found.username);
  const name = username ?? found?.username ?? run.env.PULSEMQ_USERNAME ?? 'admin';
  const password = isMeant ? found.password : await new SecretInput(run).next(`Password of ${name} at ${adminUrl}: `);
  const reply = await logIn(run, adminUrl, { username: name, password }, signal);
  const { user, expires_at, must_change_password } = reply;
  if (flags.json) await printJson(run, { admin_url: adminUrl, user, expires_at, must_change_password });
  else await printLine(run, `logged in to ${adminUrl} as ${user.username} (${user.user_type}), until ${expires_at}`);
  if (must_change_password) notice(run, 'this password was generated; choose your own: pulsemq user password');
  return undefined;
}
