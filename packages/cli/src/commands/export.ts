import { existsSync, writeFileSync } from 'node:fs';
import type { Definitions } from '@pulsemq/protocol';
import type { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { print, printLine } from '../output/standard-output.js';
import { countedText } from '../output/units.js';

const examples = exampleHelp([
  ['pulsemq export definitions.json', 'namespaces with their freshness rules, users without secrets, and grants'],
  ['pulsemq export | jq .grants', 'on standard output'],
]);

export const exportCommand = (run: CommandRun): Command =>
  adminCommand(run, 'export', 'save namespaces, freshness rules, users and grants as JSON', exportDefinitions)
    .argument('[file]', 'a new file (default: standard output)')
    .addHelpText('after', examples);

async function exportDefinitions(client: AdminClient, flags: AdminFlags, file: string | undefined): Promise<void> {
  const { run } = client;
  if (file !== undefined && existsSync(run.path(file))) {
    throw usageError(`${file} exists already; give another name`);
  }
  const definitions = await client.get<Definitions>('/api/definitions');
  const text = flags.json ? JSON.stringify(definitions) : JSON.stringify(definitions, null, 2);
  if (file === undefined) return print(run, `${text}\n`);
  // The names of users and their rights are not for everyone.
  writeFileSync(run.path(file), `${text}\n`, { mode: 0o600, flag: 'wx' });
  const { namespaces, users, grants } = definitions;
  await printLine(
    run,
    `saved ${countedText(namespaces.length, 'namespace')}, ${countedText(users.length, 'user')} and ${countedText(grants.length, 'grant')} in ${file}`,
  );
}
