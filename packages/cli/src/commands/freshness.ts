import type { Freshness, FreshnessPreview, FreshnessRule } from '@pulsemq/protocol';
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
  ['pulsemq freshness show market', 'the rules of a namespace; the first that matches a topic counts'],
  ['pulsemq freshness show market --json > rules.json', 'rules and calendars as a file to change'],
  ['pulsemq freshness preview market rules.json', 'which topics these rules would call stale now'],
  ['pulsemq freshness set market rules.json', 'replaces the rules and calendars of the namespace'],
]);

const columns: readonly Column<FreshnessRule>[] = [
  { title: 'PATTERN', value: (one) => one.pattern },
  { title: 'MAX AGE MS', value: (one) => one.max_age_ms, isNumber: true },
  { title: 'CALENDAR', value: (one) => one.calendar },
];

export const freshnessCommand = (run: CommandRun): Command =>
  new Command('freshness')
    .description('Freshness rules say when a topic is stale, and calendars when a market is open.')
    .addHelpText('after', examples)
    .addCommand(
      adminCommand(run, 'show', 'show the rules of a namespace', show).argument('<namespace>', 'name of the namespace'),
    )
    .addCommand(
      adminCommand(run, 'set', 'replace the rules and calendars of a namespace', set)
        .argument('<namespace>', 'name of the namespace')
        .argument('<file>', 'a JSON file as "freshness show --json" prints it, or - for standard input'),
    )
    .addCommand(
      adminCommand(run, 'preview', 'say which topics the rules of a file would call stale now', preview)
        .argument('<namespace>', 'name of the namespace')
        .argument('<file>', 'a JSON file, or - for standard input'),
    );

async function pathOf(client: AdminClient, namespace: string): Promise<string> {
  const { id } = await client.namespaceNamed(namespace);
  return `/api/namespaces/${id}/freshness`;
}

async function show(client: AdminClient, flags: AdminFlags, namespace: string): Promise<void> {
  const found = await client.get<Freshness>(await pathOf(client, namespace));
  if (flags.json) return printJson(client.run, found);
  await printRows(client.run, found.rules, columns, { json: false, none: 'no rules: no topic is ever stale' });
  for (const [name, one] of Object.entries(found.calendars))
    await printLine(client.run, plainText(calendarText(name, one)));
}

async function set(client: AdminClient, flags: AdminFlags, namespace: string, file: string): Promise<void> {
  const rules = await readJsonInput(client.run, file);
  const stored = await client.send<Freshness>('PUT', await pathOf(client, namespace), rules);
  const count = countedText(stored.rules.length, 'freshness rule');
  await printResult(client.run, flags.json, stored, `${namespace} has ${count}`);
}

async function preview(client: AdminClient, flags: AdminFlags, namespace: string, file: string): Promise<void> {
  const rules = await readJsonInput(client.run, file);
  const found = await client.send<FreshnessPreview>('POST', `${await pathOf(client, namespace)}/preview`, rules);
  if (flags.json) return printJson(client.run, found);
  const { stale_now: staleCount, under_rule: ruledCount, topic_count: topicCount } = found;
  const text = `${countedText(staleCount, 'topic')} would be stale now; the rules match ${ruledCount} of ${topicCount}`;
  await printLine(client.run, text);
  for (const topic of found.topics) await printLine(client.run, `  ${namespace}:${plainText(topic)}`);
}
