import type { Alert, AlertRule } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { integer } from '../options/parsers.js';
import { printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { alertRuleCommand, ruleColumns } from './alert-rules.js';

interface AlertFlags extends AdminFlags {
  readonly all?: boolean;
  readonly minutes: number;
}

const examples = exampleHelp([
  ['pulsemq alerts list', 'alerts that are not resolved, newest first'],
  ['pulsemq alerts ack 3', 'alert 3 no longer counts as firing'],
  ['pulsemq alerts mute 3 --minutes 120', 'nothing of its rule is sent to webhooks for two hours'],
  ['pulsemq alerts rules', 'the rules, with their thresholds'],
  [
    'pulsemq alerts rule create "quotes are stale" topic_stale --ns market --pattern \'*.quote\' --for 30s',
    'a new rule; "pulsemq webhook create" says where its alerts are sent',
  ],
]);

const columns: readonly Column<Alert>[] = [
  { title: 'ID', value: (one) => one.id, isNumber: true },
  { title: 'STATE', value: (one) => one.state },
  { title: 'RULE', value: (one) => one.rule_name },
  { title: 'SINCE', value: (one) => one.started_at },
  { title: 'MUTED UNTIL', value: (one) => one.muted_until },
  { title: 'ALERT', value: (one) => one.text },
];

export const alertsCommand = (run: CommandRun): Command =>
  new Command('alerts')
    .description('Alerts fire when a rule holds: stale topics, slow clients, lost messages and others.')
    .addHelpText('after', examples)
    .addCommand(adminCommand(run, 'list', 'list alerts', list).option('--all', 'resolved ones too'))
    .addCommand(
      adminCommand(run, 'ack', 'acknowledge an alert that fires', acknowledge).argument(
        '<id>',
        'id of the alert, from "alerts list"',
      ),
    )
    .addCommand(
      adminCommand(run, 'mute', 'mute the rule of an alert', mute)
        .argument('<id>', 'id of the alert, from "alerts list"')
        .option('--minutes <n>', 'how long; 0 ends the mute', integer(0, 10_080), 60),
    )
    .addCommand(adminCommand(run, 'rules', 'list the rules of alerts', rules))
    .addCommand(alertRuleCommand(run).summary('create, change and delete rules'));

async function list(client: AdminClient, flags: AlertFlags): Promise<void> {
  const alerts = await client.list<Alert>('/api/alerts');
  const shown = flags.all === true ? alerts : alerts.filter(({ state }) => state !== 'resolved');
  await printRows(client.run, shown, columns, { json: flags.json, none: 'no alerts' });
}

async function acknowledge(client: AdminClient, flags: AlertFlags, id: string): Promise<void> {
  const alert = await client.send<Alert>('POST', `/api/alerts/${encodeURIComponent(id)}/acknowledge`);
  await printResult(client.run, flags.json, alert, `acknowledged ${alert.rule_name}: ${alert.text}`);
}

async function mute(client: AdminClient, flags: AlertFlags, id: string): Promise<void> {
  const { minutes } = flags;
  const alert = await client.send<Alert>('POST', `/api/alerts/${encodeURIComponent(id)}/mute`, { minutes });
  const until = alert.muted_until === null ? 'no longer muted' : `muted until ${alert.muted_until}`;
  await printResult(client.run, flags.json, alert, `${alert.rule_name} is ${until}`);
}

async function rules(client: AdminClient, flags: AlertFlags): Promise<void> {
  await printRows(client.run, await client.list<AlertRule>('/api/alert-rules'), ruleColumns, {
    json: flags.json,
    none: 'no alert rules',
  });
}
