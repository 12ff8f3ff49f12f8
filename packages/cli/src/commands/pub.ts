import { extname } from 'node:path';
import type { PulseMQClient } from '@pulsemq/client';
import { Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import {
  addConnectionOptions,
  type ConnectionFlags,
  connectionOf,
  namespaceOf,
  namespaceOption,
} from '../context/connection.js';
import { type ExitCode, usageError } from '../exit-code.js';
import { defaultFormat, type InputKind, type InputMessage, inputKinds, inputMessages } from '../input/messages.js';
import { openSource } from '../input/source.js';
import { TopicTemplate } from '../input/topic-template.js';
import { exampleHelp } from '../options/help-text.js';
import { count, positive, repeated } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { countedText } from '../output/units.js';
import { Pacer } from '../running/pacer.js';
import { running } from '../running/running.js';
import { connect } from '../wire/connect.js';
import { addPayloadOptions, type PayloadFlags, publishOptions } from '../wire/payload-options.js';
import { PublishWindow } from '../wire/publish-window.js';

interface PubFlags extends ConnectionFlags, PayloadFlags {
  readonly input?: InputKind;
  readonly file?: string;
  readonly count?: number;
  readonly rate?: number;
  readonly rows: number;
  readonly text?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const examples = exampleHelp([
  ['pulsemq pub market:sz000651.price 10.55', 'one text; without a namespace it is "default"'],
  [
    'pulsemq pub market:sz000651.tick \'{"price":10.55}\' --count 100 --rate 10',
    'the same a hundred times, ten a second',
  ],
  ['tail -f feed.log | pulsemq pub market:feed', 'each line as it comes is a message'],
  [
    "pulsemq pub 'market:{symbol}.kline.1d' --file bars.csv --text symbol",
    'each row of a CSV file as a DataFrame, topics by a column',
  ],
  [
    'pulsemq pub market:table.daily --file bars.csv --rows 1000 --format df_pyarrow --compress zstd',
    'a thousand rows to a message',
  ],
  ['pulsemq pub market:raw --input whole < image.bin', 'all of standard input as one message of bytes'],
]);

export const pubCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    addPayloadOptions(
      new Command('pub')
        .description('Publish: an argument, or standard input, or a file.')
        .argument('<topic>', 'such as market:sz000651.kline.1m; {column} takes the value of a column')
        .argument('[data]', 'the payload as text; without it standard input is read'),
    )
      .option('--file <file>', 'read this file instead of standard input')
      .addOption(
        new Option(
          '--input <kind>',
          'how the input becomes messages (default: by the name of the file, else lines)',
        ).choices(inputKinds),
      )
      .option('--rows <count>', 'rows of CSV in one DataFrame', count, 1)
      .option('--text <column>', 'a column of CSV that is text though it looks like numbers; repeatable', repeated)
      .option('--count <count>', 'publish the data so often (with an argument), or at most so many (with input)', count)
      .option('--rate <rate>', 'messages a second at most', positive)
      .option('--json', 'print what was done as JSON')
      .option('-q, --quiet', 'print nothing'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((topic: string, data: string | undefined, flags: PubFlags) =>
      running(run, 'done', (signal) => publish(run, topic, data, flags, signal)),
    );

async function publish(
  run: CommandRun,
  topicText: string,
  data: string | undefined,
  flags: PubFlags,
  signal: AbortSignal,
): Promise<undefined | ExitCode> {
  const topic = new TopicTemplate(topicText, namespaceOf(run, flags));
  const messages = messagesOf(run, topic, data, flags, signal);
  const format = flags.format ?? (data === undefined ? defaultFormat(kindOf(flags)) : 'string');
  const connection = await connectionOf(run, flags);
  const client = await connect(run, connection, false, signal);
  try {
    const options = publishOptions(flags, format);
    await publishAll(
      run,
      client,
      messages,
      flags,
      (one) => client.publish(one.address.namespace, one.address.name, one.data, options),
      signal,
    );
  } finally {
    await client.close();
  }
  return undefined;
}

function messagesOf(
  run: CommandRun,
  topic: TopicTemplate,
  data: string | undefined,
  flags: PubFlags,
  signal: AbortSignal,
): AsyncIterable<InputMessage> {
  if (data !== undefined) {
    if (flags.file !== undefined || flags.input !== undefined)
      throw usageError('give data, or --file or --input, not both');
    return argumentMessages(topic, data, flags);
  }
  if (flags.file === undefined && run.stdin.isTTY) notice(run, 'each line is a message; Ctrl-D ends');
  const kind = kindOf(flags);
  const source = openSource(run, flags.file ?? '-');
  // A read that waits for more input must end with the command.
  signal.addEventListener('abort', () => source.destroy(), { once: true });
  return inputMessages(source, {
    kind,
    topic,
    format: flags.format ?? defaultFormat(kind),
    rowCount: flags.rows,
    textColumns: flags.text ?? [],
  });
}

async function* argumentMessages(topic: TopicTemplate, data: string, flags: PubFlags): AsyncGenerator<InputMessage> {
  const [column] = topic.columns;
  if (column !== undefined) throw usageError(`{${column}} in a topic needs --input csv or jsonl`);
  const address = topic.addressOf(() => undefined, 1);
  const { format = 'string' } = flags;
  const payload = format === 'string' ? data : format === 'bytes' ? Buffer.from(data) : jsonRows(data, format);
  for (let index = 0; index < (flags.count ?? 1); index++) yield { address, data: payload, line: index + 1 };
}

function jsonRows(data: string, format: string): unknown[] {
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) ? value : [value];
  } catch (error) {
    throw usageError(`--format ${format} takes an array of rows as JSON: ${(error as Error).message}`);
  }
}

const kindOfName: Readonly<Record<string, InputKind>> = { '.csv': 'csv', '.jsonl': 'jsonl', '.ndjson': 'jsonl' };

const kindOf = ({ input, file }: PubFlags): InputKind =>
  input ?? (file === undefined ? 'lines' : (kindOfName[extname(file).toLowerCase()] ?? 'lines'));

async function publishAll(
  run: CommandRun,
  client: PulseMQClient,
  messages: AsyncIterable<InputMessage>,
  flags: PubFlags,
  publishOne: (message: InputMessage) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const window = new PublishWindow();
  const pacer = new Pacer(flags.rate ?? Number.POSITIVE_INFINITY);
  const startedMs = performance.now();
  let sentCount = 0;
  try {
    for await (const message of messages) {
      await pacer.turn(signal);
      if (signal.aborted) break;
      sentCount++;
      await window.add(publishOne(message));
      if (sentCount === flags.count) break;
    }
    await window.settled();
    if (!flags.ack) await client.flush();
  } catch (error) {
    if (sentCount > 1 && !signal.aborted)
      notice(run, `${window.doneCount} of ${sentCount} messages were published before it went wrong`);
    throw error;
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  if (flags.json)
    await printJson(run, { published: window.doneCount, acknowledged: flags.ack, seconds: Number(seconds.toFixed(3)) });
  else if (!flags.quiet)
    await printLine(run, `published ${countedText(window.doneCount, 'message')} in ${seconds.toFixed(2)} s`);
}
