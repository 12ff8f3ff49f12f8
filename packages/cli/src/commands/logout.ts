import { Command } from 'commander';
import { type AdminFlags, addAdminOptions, adminUrlOf } from '../admin-api/admin-address.js';
import { AdminRefusal, sendAdminCall } from '../admin-api/admin-request.js';
import { forgetLogIn, keptLogIn } from '../admin-api/login-file.js';
import type { CommandRun } from '../command-run.js';
import type { ExitCode } from '../exit-code.js';
import { printLine } from '../output/standard-output.js';
import { running } from '../running/running.js';

export const logoutCommand = (run: CommandRun): Command =>
  addAdminOptions(new Command('logout').description('End the log-in at the broker and forget it here.'), false).action(
    (flags: AdminFlags) => running(run, 'done', (signal) => logout(run, flags, signal)),
  );

async function logout(run: CommandRun, flags: AdminFlags, signal: AbortSignal): Promise<undefined | ExitCode> {
  const adminUrl = adminUrlOf(run, flags);
  const kept = keptLogIn(run, adminUrl);
  forgetLogIn(run, adminUrl);
  if (kept === undefined) {
    await printLine(run, `not logged in at ${adminUrl}`);
    return undefined;
  }
  try {
    await sendAdminCall(adminUrl, { method: 'POST', path: '/logout', token: kept.token, signal });
  } catch (error) {
    // One that the broker does not know any more has ended already.
    if (!(error instanceof AdminRefusal) || error.status !== 401) throw error;
  }
  await printLine(run, `logged out at ${adminUrl}`);
  return undefined;
}
