import type { LoginReply } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { firstAdminCredentials, readCredentialsFile } from '../context/credentials-file.js';
import { CommandError, ExitCode } from '../exit-code.js';
import type { AdminFlags } from './admin-address.js';
import { sendAdminCall } from './admin-request.js';
import { saveLogIn } from './login-file.js';

/** Username and password for the HTTP API. */
export interface PasswordLogIn {
  readonly username: string;
  readonly password: string;
}

/** Logs in and saves the log-in. */
export async function logIn(
  run: CommandRun,
  adminUrl: string,
  { username, password }: PasswordLogIn,
  signal: AbortSignal,
): Promise<LoginReply> {
  const response = await sendAdminCall(adminUrl, {
    method: 'POST',
    path: '/login',
    body: { username, password },
    signal,
  });
  const reply = (await response.json()) as LoginReply;
  saveLogIn(run, adminUrl, { username: reply.user.username, token: reply.token, expires_at: reply.expires_at });
  return reply;
}

/**
 * Username and password from --credentials, else from the environment, else from the first admin's file. Throws a CommandError when the
 * file of --credentials lacks them.
 */
export function passwordAtHand(run: CommandRun, adminUrl: string, flags: AdminFlags): PasswordLogIn | undefined {
  if (flags.credentials !== undefined) {
    const { username, password } = readCredentialsFile(run, flags.credentials);
    if (username !== undefined && password !== undefined) return { username, password };
    throw new CommandError(ExitCode.unauthenticated, `${flags.credentials} lacks a username or a password`);
  }
  const { PULSEMQ_USERNAME: name, PULSEMQ_PASSWORD: secret } = run.env;
  if (name && secret) return { username: name, password: secret };
  const { username, password } = firstAdminCredentials(run, new URL(adminUrl).hostname) ?? {};
  return username === undefined || password === undefined ? undefined : { username, password };
}
