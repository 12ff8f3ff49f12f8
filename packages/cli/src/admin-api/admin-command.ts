import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { running } from '../running/running.js';
import { type AdminFlags, addAdminOptions } from './admin-address.js';
import { AdminClient } from './admin-client.js';

/** A sub-command whose body is one or a few calls of the HTTP API; it gets its arguments in their order. */
export function adminCommand<Flags extends AdminFlags, Args extends readonly (string | undefined)[]>(
  run: CommandRun,
  name: string,
  summary: string,
  body: (client: AdminClient, flags: Flags, ...args: Args) => Promise<void>,
): Command {
  return addAdminOptions(new Command(name).summary(summary).description(`${sentence(summary)}.`)).action(
    (...given: unknown[]) => {
      const command = given.pop() as Command;
      given.pop();
      return running(run, 'done', async (signal) => {
        const flags = command.opts<Flags>();
        await body(new AdminClient(run, flags, signal), flags, ...(given as unknown as Args));
        return undefined;
      });
    },
  );
}

const sentence = (summary: string): string => summary.charAt(0).toUpperCase() + summary.slice(1);
