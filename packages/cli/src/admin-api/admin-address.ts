import { type Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { brokerOf } from '../context/connection.js';
import { readContext, selectedContext } from '../context/context-file.js';
import { usageError } from '../exit-code.js';
import type { ConnectionFlags } from '../options/connection-options.js';

/** Options of commands that use the HTTP API. */
export interface AdminFlags extends ConnectionFlags {
  readonly adminUrl?: string;
  readonly json?: boolean;
}

const adminHelp = `
The address of the HTTP API is the first of: --admin-url, that of --context, PULSEMQ_ADMIN_URL, that of the selected context, port
8080 on the host of the broker.
Log in once with "pulsemq login". Without a log-in, the command logs in with --credentials, with PULSEMQ_USERNAME and
PULSEMQ_PASSWORD, or, for a broker on this machine, with .pulsemq_admin in this folder.`;

export const addAdminOptions = (command: Command, hasJson = true): Command => {
  command
    .addOption(
      new Option('--admin-url <url>', 'address of the HTTP API (default: http://localhost:8080)').helpGroup(
        'Connection:',
      ),
    )
    .addOption(new Option('--context <name>', 'saved broker').helpGroup('Connection:'))
    .addOption(
      new Option('--credentials <file>', 'JSON file with username and password, such as .pulsemq_admin').helpGroup(
        'Connection:',
      ),
    )
    .addOption(
      new Option(
        '--tls-ca <file>',
        'authorities, or a self-signed certificate, to trust for https; "login" keeps it',
      ).helpGroup('Connection:'),
    )
    .addHelpText('after', adminHelp);
  return hasJson ? command.option('--json', 'print JSON') : command;
};

/** Address of the HTTP API, without a slash at the end. Throws a CommandError when it is not an http or https address. */
export function adminUrlOf(run: CommandRun, flags: AdminFlags): string {
  const { env } = run;
  const chosen = flags.context ?? (env.PULSEMQ_CONTEXT || selectedContext(run));
  const ofContext = chosen === undefined ? undefined : readContext(run, chosen).admin_url;
  const given = flags.adminUrl ?? (flags.context === undefined ? env.PULSEMQ_ADMIN_URL || ofContext : ofContext);
  const text = given ?? `http://${urlHost(brokerOf(run, flags).host)}:8080`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw usageError(
      `the address of the HTTP API is ${JSON.stringify(text)}; expected a URL such as http://localhost:8080`,
    );
  }
  return text.replace(/\/+$/, '');
}

const urlHost = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
