import type { ImportReply } from '@pulsemq/protocol';
import type { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { readJsonInput } from '../input/json-file.js';
import { exampleHelp } from '../options/help-text.js';
import { plainText } from '../output/plain-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { countedText } from '../output/units.js';

interface ImportFlags extends AdminFlags {
  readonly dryRun?: boolean;
}

const examples = exampleHelp([
  ['pulsemq import definitions.json --dry-run', 'prints what would change, and changes nothing'],
  ['pulsemq import definitions.json', 'adds what is missing and changes what differs; deletes nothing'],
]);

export const importCommand = (run: CommandRun): Command =>
  adminCommand(run, 'import', 'add namespaces, freshness rules, users and grants from a file of "export"', importFile)
    .argument('<file>', 'a JSON file, or - for standard input')
    .option('--dry-run', 'print the changes without making them')
    .addHelpText('after', `${examples}\n\nNew users have no token until "pulsemq token reset" gives them one.`);

async function importFile(client: AdminClient, flags: ImportFlags, file: string): Promise<void> {
  const { run } = client;
  const path = flags.dryRun ? '/api/definitions?dry_run=true' : '/api/definitions';
  const reply = await client.send<ImportReply>('POST', path, await readJsonInput(run, file));
  if (flags.json) return printJson(run, reply);
  for (const change of reply.changes) await printLine(run, plainText(change));
  const count = countedText(reply.changes.length, 'change');
  await printLine(run, flags.dryRun ? `${count} to make; nothing was changed` : `${count} made`);
}
