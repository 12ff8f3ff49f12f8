import { Command } from 'commander';
import { type AdminFlags, addAdminOptions, adminUrlOf } from '../admin-api/admin-address.js';
import { adminCa } from '../admin-api/admin-ca.js';
import { AdminRefusal, sendAdminCall } from '../admin-api/admin-request.js';
import { forgetLogIn, savedLogIn } from '../admin-api/login-file.js';
import type { CommandRun } from '../command-run.js';
import { printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

export const logoutCommand = (run: CommandRun): Command =>
  addAdminOptions(
    new Command('logout').description(
      'Log out of the HTTP API: end the log-in at the broker, and delete it from the file it was saved in.',
    ),
    false,
  ).action((flags: AdminFlags) => runBody(run, 'whenDone', (signal) => logout(run, flags, signal)));

async function logout(run: CommandRun, flags: AdminFlags, signal: AbortSignal): Promise<void> {
  const adminUrl = adminUrlOf(run, flags);
  const saved = savedLogIn(run, adminUrl);
  const ca = forgetting(run, flags, adminUrl);
  if (saved === undefined) return printLine(run, `not logged in at ${adminUrl}`);
  try {
    await sendAdminCall(adminUrl, { method: 'POST', path: '/logout', token: saved.token, ca, signal });
  } catch (error) {
    // 401: the log-in has already ended.
    if (!(error instanceof AdminRefusal) || error.status !== 401) throw error;
  }
  await printLine(run, `logged out at ${adminUrl}`);
}

/** Deletes the log-in, also where its file of --tls-ca is gone, and returns the authorities to end it with at the broker. */
function forgetting(run: CommandRun, flags: AdminFlags, adminUrl: string): string | undefined {
  try {
    return adminCa(run, flags, adminUrl).ca;
  } finally {
    forgetLogIn(run, adminUrl);
  }
}
