import { type Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { brokerOf, type ConnectionFlags } from '../context/connection.js';
import { readContext, selectedContext } from '../context/context-file.js';
import { usageError } from '../exit-code.js';

/** Flags of commands that use the HTTP API. */
export interface AdminFlags extends ConnectionFlags {
  readonly adminUrl?: string;
  readonly json?: boolean;
}

const adminHelp = `
The HTTP API is at --admin-url, else the context's, else PULSEMQ_ADMIN_URL, else port 8080 of the broker's host. Log in once with
"pulsemq login"; without it PULSEMQ_USERNAME with PULSEMQ_PASSWORD, or .pulsemq_admin in this folder, log in by themselves.`;

export const addAdminOptions = (command: Command, hasJson = true): Command => {
  command
    .addOption(
      new Option('--admin-url <url>', 'the HTTP API (default: http://localhost:8080)').helpGroup('Connection:'),
    )
    .addOption(new Option('--context <name>', 'broker saved under a name').helpGroup('Connection:'))
    .addOption(
      new Option('--credentials <file>', 'JSON file with username and password, such as .pulsemq_admin').helpGroup(
        'Connection:',
      ),
    )
    .addHelpText('after', adminHelp);
  return hasJson ? command.option('--json', 'print JSON, for scripts') : command;
};

/** Where the HTTP API is, without a slash at the end. */
export function adminUrlOf(run: CommandRun, flags: AdminFlags): string {
  const { env } = run;
  const chosen = flags.context ?? (env.PULSEMQ_CONTEXT || selectedContext(run));
  const ofContext = chosen === undefined ? undefined : readContext(run, chosen).admin_url;
  const given = flags.adminUrl ?? (flags.context === undefined ? env.PULSEMQ_ADMIN_URL || ofContext : ofContext);
  const text = given ?? `http://${urlHost(brokerOf(run, flags).host)}:8080`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw usageError(`${JSON.stringify(text)} is no address of an HTTP API; expected such as http://localhost:8080`);
  }
  return text.replace(/\/+$/, '');
}

const urlHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
