import type { LoginReply } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { firstAdminCredentials, readCredentialsFile } from '../context/credentials-file.js';
import { CommandError, ExitCode } from '../exit-code.js';
import type { AdminFlags } from './admin-address.js';
import { AdminRefusal, sendAdminCall } from './admin-request.js';
import { saveLogIn } from './login-file.js';

/** Username and password for the HTTP API. */
export interface PasswordLogIn {
  readonly username: string;
  readonly password: string;
  /** True when both are from `.pulsemq_admin`. */
  readonly isOfFirstAdmin?: boolean;
  /** Authorities to trust for https, PEM; undefined for those of the system. */
  readonly ca?: string | undefined;
  /** The absolute path of their file, which is kept with the log-in. */
  readonly caPath?: string | undefined;
}

/** The password of `.pulsemq_admin` is not right any more. */
export class OldPasswordError extends CommandError {}

/** Logs in and saves the log-in. Throws an OldPasswordError where the password of `.pulsemq_admin` is refused. */
export async function logIn(
  run: CommandRun,
  adminUrl: string,
  atHand: PasswordLogIn,
  signal: AbortSignal,
): Promise<LoginReply> {
  try {
    return await sendLogIn(run, adminUrl, atHand, signal);
  } catch (error) {
    if (!atHand.isOfFirstAdmin || !(error instanceof AdminRefusal) || error.status !== 401) throw error;
    const hint =
      '.pulsemq_admin has the password of the first start. If it was changed since, run "pulsemq login" on a terminal, which asks for it, ' +
      `or "pulsemq login ${atHand.username} --password-stdin"`;
    throw new OldPasswordError(ExitCode.unauthenticated, `${error.message}: ${hint}`, { cause: error });
  }
}

async function sendLogIn(
  run: CommandRun,
  adminUrl: string,
  { username, password, ca, caPath }: PasswordLogIn,
  signal: AbortSignal,
): Promise<LoginReply> {
  const response = await sendAdminCall(adminUrl, {
    method: 'POST',
    path: '/login',
    body: { username, password },
    ca,
    signal,
  });
  const reply = (await response.json()) as LoginReply;
  const { user, token, expires_at } = reply;
  saveLogIn(run, adminUrl, {
    username: user.username,
    token,
    expires_at,
    ...(caPath !== undefined && { tls_ca: caPath }),
  });
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
  return username === undefined || password === undefined ? undefined : { username, password, isOfFirstAdmin: true };
}
