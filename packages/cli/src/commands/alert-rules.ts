import { type AlertKind, type AlertRule, alertKinds, type CreateAlertRuleRequest } from '@pulsemq/protocol';
import { Argument, Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { duration, positive } from '../options/parsers.js';
import { printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { requireConfirmation } from '../prompt/confirmation.js';

interface RuleFlags extends AdminFlags {
  readonly ns?: string;
  readonly pattern?: string;
  readonly threshold?: number;
  readonly for?: number;
  readonly rename?: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly yes?: boolean;
}

export const ruleColumns: readonly Column<AlertRule>[] = [
  { title: 'ID', value: (one) => one.id, isNumber: true },
  { title: 'NAME', value: (one) => one.name },
  { title: 'KIND', value: (one) => one.kind },
  { title: 'NAMESPACE', value: (one) => one.namespace },
  { title: 'PATTERN', value: (one) => one.pattern },
  { title: 'FROM', value: (one) => one.threshold, isNumber: true },
  { title: 'FOR S', value: (one) => one.for_s, isNumber: true },
  { title: 'ENABLED', value: (one) => one.is_enabled },
];

/** What a rule may have, for creating and for changing it. */
const addRuleOptions = (command: Command): Command =>
  command
    .option('--ns <namespace>', 'of topic_stale and publisher_gone: only topics of this namespace')
    .option('--pattern <pattern>', 'of topic_stale and publisher_gone: only topics that match, such as *.quote')
    .option('--threshold <value>', 'the alert fires from this value on', positive)
    .option('--for <duration>', 'how long that must last, in whole seconds', duration);

export const alertRuleCommand = (run: CommandRun): Command =>
  new Command('rule')
    .description('Rules that alerts fire for. Their kinds are described in docs/monitoring.md.')
    .addCommand(
      addRuleOptions(
        adminCommand(run, 'create', 'create an alert rule', create)
          .argument('<name>', 'name of the rule, such as "quotes are stale"')
          .addArgument(new Argument('<kind>', 'what the rule watches').choices(alertKinds)),
      ),
    )
    .addCommand(
      addRuleOptions(adminCommand(run, 'update', 'change an alert rule', update).argument('<id>'))
        .option('--rename <name>', 'a new name')
        .option('--on', 'let the rule fire again')
        .option('--off', 'keep the rule, but do not let it fire'),
    )
    .addCommand(
      adminCommand(run, 'delete', 'delete an alert rule; its alert is resolved', remove)
        .argument('<id>')
        .option('-y, --yes', 'do not ask for confirmation'),
    );

const settingsOf = (flags: RuleFlags): Omit<CreateAlertRuleRequest, 'name' | 'kind'> => ({
  ...(flags.ns !== undefined && { namespace: flags.ns }),
  ...(flags.pattern !== undefined && { pattern: flags.pattern }),
  ...(flags.threshold !== undefined && { threshold: flags.threshold }),
  ...(flags.for !== undefined && { for_s: Math.round(flags.for / 1_000) }),
});

async function create(client: AdminClient, flags: RuleFlags, name: string, kind: AlertKind): Promise<void> {
  const rule = await client.send<AlertRule>('POST', '/api/alert-rules', { name, kind, ...settingsOf(flags) });
  await printResult(client.run, flags.json, rule, `created the alert rule ${rule.id} ${rule.name}`);
}

async function update(client: AdminClient, flags: RuleFlags, id: string): Promise<void> {
  if (flags.on && flags.off) throw usageError('give either --on or --off, not both');
  const body = {
    ...settingsOf(flags),
    ...(flags.rename !== undefined && { name: flags.rename }),
    ...(flags.on && { is_enabled: true }),
    ...(flags.off && { is_enabled: false }),
  };
  if (Object.keys(body).length === 0) {
    throw usageError('nothing to change: give --ns, --pattern, --threshold, --for, --rename, --on or --off');
  }
  const changed = await client.send<AlertRule>('PUT', `/api/alert-rules/${encodeURIComponent(id)}`, body);
  await printRows(client.run, [changed], ruleColumns, { json: flags.json, none: '' });
}

async function remove(client: AdminClient, flags: RuleFlags, id: string): Promise<void> {
  const rules = await client.list<AlertRule>('/api/alert-rules');
  const rule = rules.find((one) => String(one.id) === id);
  if (rule === undefined) {
    throw new CommandError(ExitCode.refused, `there is no alert rule ${id}; "pulsemq alerts rules" shows them`);
  }
  await requireConfirmation(client.run, `Delete the alert rule ${rule.name}?`, flags.yes);
  await client.send('DELETE', `/api/alert-rules/${rule.id}`);
  await printResult(client.run, flags.json, { status: 'deleted', id: rule.id }, `deleted ${rule.name}`);
}
