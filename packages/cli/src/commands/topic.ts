import type { ApiTopic, LastValueRow, TopicSubscriber } from '@pulsemq/protocol';
import { Command, Option } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import { AdminRefusal } from '../admin-api/admin-request.js';
import type { CommandRun } from '../command-run.js';
import { namespaceOf } from '../context/connection.js';
import { patternAddress, topicAddress } from '../options/address.js';
import { exampleHelp } from '../options/help-text.js';
import { count } from '../options/parsers.js';
import { printFields } from '../output/fields.js';
import { shownContentText } from '../output/shown-content-text.js';
import { printJson, printLine, printResult } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { ageText, byteText, countText } from '../output/units.js';
import { requireConfirmation } from '../prompt/confirmation.js';

interface TopicFlags extends AdminFlags {
  readonly stale?: boolean;
  readonly sort?: string;
  readonly limit?: number;
  readonly yes?: boolean;
}

const examples = exampleHelp([
  ['pulsemq topic list', 'all topics, with their rates and states'],
  ["pulsemq topic list 'market:*.quote' --stale", 'those of a pattern that are stale now'],
  ['pulsemq topic list --sort rate --limit 20', 'the twenty busiest'],
  ['pulsemq topic show market:sz000651.quote', 'its figures, its last value and its subscribers'],
  ['pulsemq topic delete market:sz000651.quote', 'the next message published to it creates it again'],
]);

const columns: readonly Column<ApiTopic>[] = [
  { title: 'TOPIC', value: ({ namespace, name }) => `${namespace}:${name}` },
  { title: 'STATE', value: (one) => one.state },
  { title: 'PUBLISHER', value: (one) => one.publisher },
  { title: 'AGE', value: ({ live }) => (live === null ? null : ageText(live.last_published_at)), isNumber: true },
  { title: 'MSG/S', value: ({ live }) => (live === null ? null : countText(live.msg_rate)), isNumber: true },
  { title: 'MESSAGES', value: ({ live }) => (live === null ? null : countText(live.msg_total)), isNumber: true },
  { title: 'SUBSCRIBERS', value: ({ live }) => live?.subscriber_count ?? null, isNumber: true },
  { title: 'DROPPED', value: ({ live }) => live?.dropped_total ?? null, isNumber: true },
];

const subscriberColumns: readonly Column<TopicSubscriber>[] = [
  { title: 'CONNECTION', value: (one) => one.connection_id },
  { title: 'USERNAME', value: (one) => one.username },
  { title: 'PATTERN', value: (one) => one.pattern },
];

export const topicCommand = (run: CommandRun): Command =>
  new Command('topic')
    .description('Topics that were published to. The first message creates a topic.')
    .addHelpText('after', examples)
    .addCommand(
      adminCommand(run, 'list', 'list topics', list)
        .argument('[pattern]', 'such as market:*.quote (default: all topics)')
        .option('--stale', 'only topics that are stale by their freshness rules')
        .addOption(new Option('--sort <order>', 'by name, or largest first').choices(['name', 'rate', 'age', 'drops']))
        .option('--limit <count>', 'at most this many topics', count),
    )
    .addCommand(adminCommand(run, 'show', 'show one topic', show).argument('<topic>', 'such as market:sz000651.quote'))
    .addCommand(
      adminCommand(run, 'delete', 'delete a topic and its last value', remove)
        .argument('<topic>', 'such as market:sz000651.quote')
        .option('-y, --yes', 'do not ask for confirmation'),
    );

async function list(client: AdminClient, flags: TopicFlags, pattern: string | undefined): Promise<void> {
  const { run } = client;
  const address = pattern === undefined ? undefined : patternAddress(pattern, namespaceOf(run, flags));
  const query = {
    namespace: address?.namespace,
    pattern: address?.name,
    stale: flags.stale,
    sort: flags.sort,
  };
  const topics = await client.list<ApiTopic>('/api/topics', query, flags.limit);
  // A mistyped namespace has no topics either.
  if (topics.length === 0 && address !== undefined) await client.namespaceNamed(address.namespace);
  await printRows(run, topics, columns, { json: flags.json, none: 'no topics' });
}

async function show(client: AdminClient, flags: TopicFlags, name: string): Promise<void> {
  const { run } = client;
  const topic = await topicOf(client, flags, name);
  const [subscribers, last] = await Promise.all([
    client.list<TopicSubscriber>(`/api/topics/${topic.id}/subscribers`),
    lastValueOf(client, topic),
  ]);
  if (flags.json) return printJson(run, { ...topic, last, subscribers });
  await printFields(run, [...fieldsOf(topic), ['last value', last === null ? null : shownContentText(last.content)]]);
  await printLine(run, '');
  await printRows(run, subscribers, subscriberColumns, { json: false, none: 'no subscribers' });
}

/**
 * The last value; null when the namespace does not keep them, when nothing was published, or when this user may not read messages. Not
 * asked for by `/api/topics/{id}/last`: from that call on the broker would keep the value, which costs memory.
 */
async function lastValueOf(client: AdminClient, { namespace, name }: ApiTopic): Promise<LastValueRow | null> {
  try {
    const [row] = await client.get<LastValueRow[]>('/api/last', { namespace, pattern: name });
    return row ?? null;
  } catch (error) {
    if (error instanceof AdminRefusal && (error.status === 409 || error.status === 403)) return null;
    throw error;
  }
}

function fieldsOf({ namespace, name, live, ...topic }: ApiTopic): [name: string, value: string | number | null][] {
  const state = topic.reason === null ? topic.state : `${topic.state} (${topic.reason})`;
  const created: [string, string] = ['created', `${topic.created_at} by ${topic.created_by}`];
  if (live === null) return [['topic', `${namespace}:${name}`], ['state', state], created];
  return [
    ['topic', `${namespace}:${name}`],
    ['state', `${state}, publisher ${topic.publisher}`],
    created,
    ['last message', `#${live.sequence} from ${live.last_publisher} at ${live.last_published_at}`],
    ['rate', `${countText(live.msg_rate)}/s, ${byteText(live.byte_rate)}/s`],
    ['messages', `${countText(live.msg_total)}, ${byteText(live.byte_total)}`],
    ['deliveries', `${countText(live.delivered_total)}`],
    ['dropped', live.dropped_total],
    ['conflated', live.conflated_total],
  ];
}

async function remove(client: AdminClient, flags: TopicFlags, name: string): Promise<void> {
  const topic = await topicOf(client, flags, name);
  const shown = `${topic.namespace}:${topic.name}`;
  await requireConfirmation(client.run, `Delete the topic ${shown} and its last value?`, flags.yes);
  await client.send('DELETE', `/api/topics/${topic.id}`);
  await printResult(client.run, flags.json, { status: 'deleted', topic: shown }, `deleted ${shown}`);
}

function topicOf(client: AdminClient, flags: TopicFlags, text: string): Promise<ApiTopic> {
  const { namespace, name } = topicAddress(text, namespaceOf(client.run, flags));
  return client.topicNamed(namespace, name);
}
