import type { CreatedWebhook, Webhook, WebhookAttempt } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { didYouMean } from '../names/closest-name.js';
import { exampleHelp } from '../options/help-text.js';
import { printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { requireConfirmation } from '../prompt/confirmation.js';

interface WebhookFlags extends AdminFlags {
  readonly url?: string;
  readonly rename?: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly show?: boolean;
  readonly yes?: boolean;
}

const examples = exampleHelp([
  ['pulsemq webhook create pager https://pager.example/hook --show', 'prints the secret that signs its messages, once'],
  ['pulsemq webhook test pager', 'sends one test message and prints the result'],
  ['pulsemq webhook list', 'waiting and lost messages, and the last attempt'],
]);

const columns: readonly Column<Webhook>[] = [
  { title: 'NAME', value: (one) => one.name },
  { title: 'URL', value: (one) => one.url },
  { title: 'ENABLED', value: (one) => one.is_enabled },
  { title: 'WAITING', value: (one) => one.waiting_count, isNumber: true },
  { title: 'LOST', value: (one) => one.lost_count, isNumber: true },
  { title: 'LAST ATTEMPT', value: ({ last_attempt }) => (last_attempt === null ? null : attemptText(last_attempt)) },
];

const attemptText = ({ at, is_ok, status, error }: WebhookAttempt): string =>
  `${is_ok ? 'ok' : 'failed'} (${error ?? status}) at ${at}`;

export const webhookCommand = (run: CommandRun): Command =>
  new Command('webhook')
    .description('Webhooks: addresses to which alerts are posted when they begin and end, signed with a secret.')
    .addHelpText('after', examples)
    .addCommand(adminCommand(run, 'list', 'list webhooks', list))
    .addCommand(
      adminCommand(run, 'create', 'create a webhook, whose secret is shown once', create)
        .argument('<name>', 'name of the webhook')
        .argument('<url>', 'an http or https address')
        .option('--show', 'print the secret'),
    )
    .addCommand(
      adminCommand(run, 'update', 'change a webhook', update)
        .argument('<name>', 'name of the webhook')
        .option('--url <url>', 'a new address')
        .option('--rename <name>', 'a new name')
        .option('--on', 'send alerts to it again')
        .option('--off', 'keep it, but do not send to it'),
    )
    .addCommand(
      adminCommand(run, 'delete', 'delete a webhook; its waiting messages are not sent', remove)
        .argument('<name>', 'name of the webhook')
        .option('-y, --yes', 'do not ask for confirmation'),
    )
    .addCommand(adminCommand(run, 'test', 'send a test to a webhook', test).argument('<name>', 'name of the webhook'));

const pathOf = ({ id }: Webhook): string => `/api/webhooks/${id}`;

async function webhookNamed(client: AdminClient, name: string): Promise<Webhook> {
  const all = await client.list<Webhook>('/api/webhooks');
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  const hint = didYouMean(name, names) || '; "pulsemq webhook list" shows them';
  throw new CommandError(ExitCode.refused, `there is no webhook ${JSON.stringify(name)}${hint}`);
}

async function list(client: AdminClient, flags: WebhookFlags): Promise<void> {
  const webhooks = await client.list<Webhook>('/api/webhooks');
  await printRows(client.run, webhooks, columns, { json: flags.json, none: 'no webhooks' });
}

async function create(client: AdminClient, flags: WebhookFlags, name: string, url: string): Promise<void> {
  if (!flags.show && !flags.json) {
    throw usageError('the secret is shown only once: give --show or --json to print it');
  }
  const created = await client.send<CreatedWebhook>('POST', '/api/webhooks', { name, url });
  await printResult(client.run, flags.json, created, `created the webhook ${name}\nsecret: ${created.secret}`);
}

async function update(client: AdminClient, flags: WebhookFlags, name: string): Promise<void> {
  if (flags.on && flags.off) throw usageError('give either --on or --off, not both');
  const body = {
    ...(flags.url !== undefined && { url: flags.url }),
    ...(flags.rename !== undefined && { name: flags.rename }),
    ...(flags.on && { is_enabled: true }),
    ...(flags.off && { is_enabled: false }),
  };
  if (Object.keys(body).length === 0) throw usageError('nothing to change: give --url, --rename, --on or --off');
  const changed = await client.send<Webhook>('PUT', pathOf(await webhookNamed(client, name)), body);
  await printRows(client.run, [changed], columns, { json: flags.json, none: '' });
}

async function remove(client: AdminClient, flags: WebhookFlags, name: string): Promise<void> {
  const webhook = await webhookNamed(client, name);
  await requireConfirmation(client.run, `Delete the webhook ${name} (${webhook.url})?`, flags.yes);
  await client.send('DELETE', pathOf(webhook));
  await printResult(client.run, flags.json, { status: 'deleted', name }, `deleted ${name}`);
}

async function test(client: AdminClient, flags: WebhookFlags, name: string): Promise<void> {
  const path = `${pathOf(await webhookNamed(client, name))}/test`;
  const attempt = await client.send<WebhookAttempt>('POST', path);
  await printResult(client.run, flags.json, attempt, `${name}: ${attemptText(attempt)}`);
  if (!attempt.is_ok) client.run.exitCode = ExitCode.refused;
}
