import type { PulseMQClient, ReceivedMessage, SnapshotEnd } from '@pulsemq/client';
import { Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { connectionOf, namespaceOf } from '../context/connection.js';
import { type Address, patternAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { notice, warning } from '../output/notices.js';
import { print, printLine } from '../output/standard-output.js';
import { type Column, printRows } from '../output/table.js';
import { countedText, durationText } from '../output/units.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';

interface LastFlags extends ConnectionFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly formulaGuard: boolean;
}

const examples = exampleHelp([
  ['pulsemq last market:sz000651.quote', 'the last value of one topic'],
  [
    "pulsemq last 'market:*.quote'",
    'of each topic of a pattern; quote it, as * and > also have a meaning in the shell',
  ],
  ["pulsemq last 'market:>' --json | jq .data", 'one JSON object per line'],
]);

export const lastCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('last')
      .description(
        'Print the last value of a topic, or of each topic of a pattern, and end. The namespace must keep last values (pulsemq ns update --keep-last-value).',
      )
      .argument('<pattern>', 'such as market:sz000651.quote or market:*.quote')
      .addOption(new Option('--json', 'print one JSON object per line').conflicts('csv'))
      .option('--csv', 'print the rows of DataFrames as CSV; the first message sets the columns')
      .option(
        '--no-formula-guard',
        'with --csv: print texts that begin like a formula of a spreadsheet unchanged, without an apostrophe in front',
      ),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((pattern: string, flags: LastFlags) =>
      runBody(run, 'whenDone', (signal) => printLast(run, pattern, flags, signal)),
    );

async function printLast(run: CommandRun, pattern: string, flags: LastFlags, signal: AbortSignal): Promise<void> {
  const address = patternAddress(pattern, namespaceOf(run, flags));
  const client = await connect(run, await connectionOf(run, flags), false, signal);
  try {
    const { messages, end } = await lastMessages(client, address, signal);
    await printMessages(run, address, messages, flags);
    if (end.leftOut > 0) {
      const text = `the broker has no room for the last values of ${countedText(end.leftOut, 'topic')} (limits.last_value_bytes)`;
      warning(run, text);
    }
  } finally {
    await client.close();
  }
}

/** The newest message of each topic, by name. */
async function lastMessages(
  client: PulseMQClient,
  { namespace, name }: Address,
  signal: AbortSignal,
): Promise<{ messages: ReceivedMessage[]; end: SnapshotEnd }> {
  const byTopic = new Map<string, ReceivedMessage>();
  const subscription = await client.subscribe(namespace, name, {
    snapshot: true,
    signal,
    onMessage: (message) => void byTopic.set(message.topic, message),
  });
  const end = await subscription.snapshotEnd.catch((error: Error) => {
    // The error that ended the subscription says more, and has the exit code.
    throw error.cause ?? error;
  });
  const messages = [...byTopic.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1));
  return { messages, end };
}

async function printMessages(
  run: CommandRun,
  { namespace, name }: Address,
  messages: readonly ReceivedMessage[],
  flags: LastFlags,
): Promise<void> {
  if (messages.length === 0) {
    const text = `no last value for ${namespace}:${name}: nothing was published, or the namespace does not keep last values`;
    return notice(run, text);
  }
  if (flags.csv) {
    const { MessageCsv } = await import('../output/message-csv.js');
    const csv = new MessageCsv(run, flags.formulaGuard);
    for (const message of messages) await print(run, csv.lines(message));
    return;
  }
  if (flags.json) {
    const { messageJson } = await import('../output/message-json.js');
    for (const message of messages) await printLine(run, messageJson(message));
    return;
  }
  await printRows(run, messages, await columns(), { json: false, none: '' });
}

async function columns(): Promise<readonly Column<ReceivedMessage>[]> {
  const { contentCell } = await import('../output/message-line.js');
  return [
    { title: 'TOPIC', value: ({ namespace, topic }) => `${namespace}:${topic}` },
    { title: 'NUMBER', value: ({ sequence }) => sequence, isNumber: true },
    { title: 'AGE', value: ageText, isNumber: true },
    { title: 'PUBLISHER', value: ({ username }) => username },
    { title: 'VALUE', value: contentCell },
  ];
}

const ageText = ({ receivedAt, timestamp }: ReceivedMessage): string =>
  durationText(Math.max(0, Date.now() - (receivedAt ?? timestamp)));
