import type { BarRule, Bars } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { readJsonInput } from '../input/json-file.js';
import { exampleHelp } from '../options/help-text.js';
import { calendarText } from '../output/calendar-text.js';
import { plainText } from '../output/plain-text.js';
import { printJson, printLine, printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { countedText } from '../output/units.js';

const examples = exampleHelp([
  ['pulsemq bars show market', 'the bar rules of a namespace'],
  ['pulsemq bars show market --json > bars.json', 'rules and calendars as a file to change'],
  ['pulsemq bars set market bars.json', 'replaces the rules and calendars of the namespace'],
  ["pulsemq sub 'market:*.kline.1m'", 'receives the bars that a rule publishes there'],
]);

const columns: readonly Column<BarRule>[] = [
  { title: 'SOURCE', value: (one) => one.source },
  { title: 'TARGET', value: (one) => one.target },
  { title: 'INTERVAL', value: (one) => one.interval },
  { title: 'CALENDAR OR ZONE', value: (one) => one.calendar ?? one.zone ?? 'UTC' },
  { title: 'PRICE', value: (one) => one.price },
  { title: 'SIZE', value: (one) => one.size },
  { title: 'TIME', value: (one) => one.time },
  { title: 'GRACE MS', value: (one) => one.grace_ms, isNumber: true },
  { title: 'UPDATE MS', value: (one) => one.update_ms, isNumber: true },
];

export const barsCommand = (run: CommandRun): Command =>
  new Command('bars')
    .description('Bar rules make open, high, low, close and volume of prices, which the broker publishes as topics.')
    .addHelpText('after', examples)
    .addCommand(
      adminCommand(run, 'show', 'show the bar rules of a namespace', show).argument(
        '<namespace>',
        'name of the namespace',
      ),
    )
    .addCommand(
      adminCommand(run, 'set', 'replace the bar rules and calendars of a namespace', set)
        .argument('<namespace>', 'name of the namespace')
        .argument('<file>', 'a JSON file as "bars show --json" prints it, or - for standard input'),
    );

async function pathOf(client: AdminClient, namespace: string): Promise<string> {
  const { id } = await client.namespaceNamed(namespace);
  return `/api/namespaces/${id}/bars`;
}

async function show(client: AdminClient, flags: AdminFlags, namespace: string): Promise<void> {
  const found = await client.get<Bars>(await pathOf(client, namespace));
  if (flags.json) return printJson(client.run, found);
  await printRows(client.run, found.rules, columns, { json: false, none: 'no rules: the broker makes no bars' });
  for (const [name, one] of Object.entries(found.calendars))
    await printLine(client.run, plainText(calendarText(name, one)));
}

async function set(client: AdminClient, flags: AdminFlags, namespace: string, file: string): Promise<void> {
  const rules = await readJsonInput(client.run, file);
  const stored = await client.send<Bars>('PUT', await pathOf(client, namespace), rules);
  await printResult(client.run, flags.json, stored, `${namespace} has ${countedText(stored.rules.length, 'bar rule')}`);
}
