import type { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { summedUpCommand } from '../options/help-text.js';
import { runBody } from '../running/run-body.js';
import { type AdminFlags, addAdminOptions } from './admin-address.js';
import { AdminClient } from './admin-client.js';

/** A sub-command that calls the HTTP API. Its body gets a client, the options, and the arguments in their order. */
export function adminCommand<
  Flags extends AdminFlags,
  Args extends readonly (string | readonly string[] | undefined)[],
>(
  run: CommandRun,
  name: string,
  summary: string,
  body: (client: AdminClient, flags: Flags, ...args: Args) => Promise<void>,
): Command {
  return addAdminOptions(summedUpCommand(name, summary)).action((...given: unknown[]) => {
    // Commander passes the arguments, then the options, then the command.
    const args = given.slice(0, -2) as unknown as Args;
    const flags = given.at(-2) as Flags;
    return runBody(run, 'whenDone', (signal) => body(new AdminClient(run, flags, signal), flags, ...args));
  });
}
