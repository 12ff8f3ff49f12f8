import type { ApiSetting } from '@pulsemq/protocol';
import type { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { type Column, printRows } from '../output/table.js';

interface SettingFlags extends AdminFlags {
  readonly changed?: boolean;
}

const examples = exampleHelp([
  ['pulsemq settings', 'every setting of the running broker'],
  ['pulsemq settings limits --changed', 'those with "limits" in their name that are not the default'],
]);

const columns: readonly Column<ApiSetting>[] = [
  { title: 'KEY', value: (one) => one.key },
  { title: 'VALUE', value: (one) => one.value },
  { title: 'UNIT', value: (one) => one.unit },
  { title: 'SOURCE', value: (one) => one.source },
];

export const settingsCommand = (run: CommandRun): Command =>
  adminCommand(run, 'settings', 'show the settings of the running broker, and where each comes from', show)
    .argument('[text]', 'only settings with this text in their name')
    .option('--changed', 'only settings that are not the default')
    .addHelpText('after', examples);

async function show(client: AdminClient, flags: SettingFlags, text = ''): Promise<void> {
  const settings = await client.get<ApiSetting[]>('/api/settings');
  const found = settings.filter((one) => one.key.includes(text) && !(flags.changed && one.source === 'default'));
  await printRows(client.run, found, columns, { json: flags.json, none: 'no such setting' });
}
