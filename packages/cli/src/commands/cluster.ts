import type { ClusterFound, ClusterPair, ClusterPeer, ClusterState } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { namespaceOf } from '../context/connection.js';
import { topicAddress } from '../options/address.js';
import { exampleHelp } from '../options/help-text.js';
import { plainText } from '../output/plain-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { countedText } from '../output/units.js';
import { clusterView } from './cluster-view.js';

const examples = exampleHelp([
  ['pulsemq cluster', 'the brokers, whether they can be reached, and what each sends the others'],
  ['pulsemq cluster show --json', 'the same with every figure, for a program'],
  ['pulsemq cluster publishers market:EURUSD.quote', 'the sessions that publish a topic, and their brokers'],
  ['pulsemq cluster sessions trader', 'the brokers at which a user is logged in'],
]);

/** A row for the broker that answers, or for another one. */
type BrokerRow = Pick<
  ClusterPeer,
  'name' | 'id' | 'host' | 'pub_port' | 'sessions' | 'subscribers' | 'published_rate' | 'delivered_rate'
> & { readonly health: string; readonly lost: number | null };

const brokerColumns: readonly Column<BrokerRow>[] = [
  { title: 'BROKER', value: (one) => one.name },
  { title: 'HEALTH', value: (one) => one.health },
  { title: 'ADDRESS', value: (one) => `${one.host}:${one.pub_port}` },
  { title: 'SESSIONS', value: (one) => one.sessions, isNumber: true },
  { title: 'SUBSCRIBERS', value: (one) => one.subscribers, isNumber: true },
  { title: 'PUBLISHED/S', value: (one) => one.published_rate, isNumber: true },
  { title: 'DELIVERED/S', value: (one) => one.delivered_rate, isNumber: true },
  { title: 'LOST', value: (one) => one.lost, isNumber: true },
  { title: 'ID', value: (one) => one.id },
];

const pairColumns = (nameOf: (id: string) => string): readonly Column<ClusterPair>[] => [
  { title: 'FROM', value: ({ from }) => nameOf(from) },
  { title: 'TO', value: ({ to }) => nameOf(to) },
  { title: 'SENT', value: (pair) => pair.sent_total, isNumber: true },
  { title: 'ON THE WAY', value: (pair) => pair.unconfirmed_bytes, isNumber: true },
  { title: 'LAG MS', value: (pair) => pair.lag_ms, isNumber: true },
  { title: 'NOT SENT', value: (pair) => pair.skipped_total, isNumber: true },
  { title: 'PACING', value: (pair) => pair.is_pacing },
  { title: 'LAGGING', value: (pair) => pair.is_lagging },
];

/** A session, with its broker. A broker that has not answered has a row without a session. */
interface FoundRow {
  readonly broker: string;
  readonly session: string | null;
  readonly username: string | null;
  readonly client: string | null;
  readonly address: string | null;
}

const foundColumns: readonly Column<FoundRow>[] = [
  { title: 'BROKER', value: (one) => one.broker },
  { title: 'SESSION', value: (one) => one.session },
  { title: 'USER', value: (one) => one.username },
  { title: 'CLIENT', value: (one) => one.client },
  { title: 'ADDRESS', value: (one) => one.address },
];

export const clusterCommand = (run: CommandRun): Command =>
  new Command('cluster')
    .description('The brokers of a cluster, their publishers and sessions. Without a command it shows the brokers.')
    .addHelpText('after', examples)
    .addCommand(adminCommand(run, 'show', 'show the brokers and how far they lag', show), { isDefault: true })
    .addCommand(
      adminCommand(run, 'publishers', 'find the sessions that publish a topic, at all brokers', publishers).argument(
        '<topic>',
        'such as market:EURUSD.quote',
      ),
    )
    .addCommand(
      adminCommand(run, 'sessions', 'find the sessions of a user, at all brokers', sessions).argument(
        '<username>',
        'name of the user',
      ),
    );

async function show(client: AdminClient, flags: AdminFlags): Promise<void> {
  const { run } = client;
  const state = await client.get<ClusterState>('/api/cluster');
  if (flags.json) return printJson(run, state);
  const { driver, name, own, is_connected } = state;
  if (driver === 'none') return printLine(run, 'this broker is on its own (cluster.driver: none)');
  if (own === null) return printLine(run, 'this broker has just started and knows no other one yet');
  const nats = is_connected ? `connected to NATS at ${own.nats_server}` : 'not connected to NATS';
  await printLine(run, `cluster ${name}, seen by ${own.name}, ${nats}`);
  // A broker of an earlier version does not look for them.
  for (const shared of state.shared_names ?? []) {
    const text = `warning: more than one broker is called ${shared}: set cluster.broker_name to another name at all but one, and restart those`;
    await printLine(run, plainText(text));
  }
  const { peers, pairs, names } = clusterView(state);
  const rows: BrokerRow[] = [
    { ...own, health: 'this one', lost: null },
    ...peers.map((peer) => ({ ...peer, lost: peer.lost_total })),
  ];
  await printRows(run, rows, brokerColumns, { json: false, none: 'no brokers' });
  const columns = pairColumns((id) => names.get(id) ?? id);
  await printRows(run, pairs, columns, { json: false, none: 'no broker sends another one anything' });
}

async function publishers(client: AdminClient, flags: AdminFlags, text: string): Promise<void> {
  const { namespace, name: topic } = topicAddress(text, namespaceOf(client.run, flags));
  const found = await client.get<ClusterFound[]>('/api/cluster/publishers', { namespace, topic });
  if (flags.json) return printJson(client.run, found);
  await printFound(client.run, found, `no session publishes ${namespace}:${topic}`);
  for (const { last, ...one } of found) {
    if (last === null) continue;
    const text = `last message at ${nameOf(one)}: sequence ${last.sequence} of epoch ${last.epoch}, ${last.received_at}`;
    await printLine(client.run, plainText(text));
  }
}

async function sessions(client: AdminClient, flags: AdminFlags, username: string): Promise<void> {
  const found = await client.get<ClusterFound[]>('/api/cluster/sessions', { username });
  if (flags.json) return printJson(client.run, found);
  await printFound(client.run, found, `${username} has no session`);
}

const nameOf = ({ broker_name, is_own }: Pick<ClusterFound, 'broker_name' | 'is_own'>): string =>
  broker_name ?? (is_own ? 'this broker' : '');

async function printFound(run: CommandRun, found: readonly ClusterFound[], none: string): Promise<void> {
  const rows: FoundRow[] = found.flatMap((one) =>
    one.sessions.map(({ connection_id, username, client, address }) => ({
      broker: nameOf(one),
      session: connection_id,
      username,
      client,
      address,
    })),
  );
  await printRows(run, rows, foundColumns, { json: false, none });
  for (const one of found) {
    if (!one.has_answered) await printLine(run, plainText(`broker ${nameOf(one)} did not answer within a second`));
    const restCount = one.count - one.sessions.length;
    if (restCount > 0)
      await printLine(run, plainText(`and ${countedText(restCount, 'more session')} at ${nameOf(one)}`));
  }
}
