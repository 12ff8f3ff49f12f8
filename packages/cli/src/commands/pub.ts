import { extname } from 'node:path';
import type { PayloadFormat } from '@pulsemq/client';
import { Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { connectionOf, namespaceOf } from '../context/connection.js';
import { usageError } from '../exit-code.js';
import { argumentMessages } from '../input/argument-messages.js';
import { defaultFormat, type InputKind, type InputMessage, inputKinds, inputMessages } from '../input/messages.js';
import { openSource } from '../input/source.js';
import { TopicTemplate } from '../input/topic-template.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { count, positive, repeated } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { countedText } from '../output/units.js';
import { Pacer } from '../running/pacer.js';
import { runBody } from '../running/run-body.js';
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
  ['pulsemq pub market:sz000651.price 10.55', 'one text; without a namespace, the topic is in "default"'],
  [
    'pulsemq pub market:sz000651.tick \'{"price":10.55}\' --count 100 --rate 10',
    'the same text 100 times, 10 per second',
  ],
  ['tail -f feed.log | pulsemq pub market:feed', 'one message per line, as the lines arrive'],
  [
    "pulsemq pub 'market:{symbol}.kline.1d' --file bars.csv --text symbol",
    'one DataFrame per row of a CSV file; a column gives the topic',
  ],
  [
    'pulsemq pub market:table.daily --file bars.csv --rows 1000 --format df_pyarrow --compress zstd',
    'one DataFrame per 1,000 rows',
  ],
  ['pulsemq pub market:raw --input whole < image.bin', 'all of standard input as one message of bytes'],
]);

export const pubCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    addPayloadOptions(
      new Command('pub')
        .description('Publish messages from an argument, from standard input or from a file.')
        .argument('<topic>', 'such as market:sz000651.kline.1m; {column} stands for the value of a column')
        .argument('[data]', 'payload as text; without it, standard input is read'),
    )
      .option('--file <file>', 'read this file instead of standard input')
      .addOption(
        new Option(
          '--input <kind>',
          'how the input is split into messages (default: by the extension of the file, else lines)',
        ).choices(inputKinds),
      )
      .option('--rows <count>', 'rows of CSV per DataFrame', count, 1)
      .option('--text <column>', 'read this column of CSV as text, even if it looks like numbers; repeatable', repeated)
      .option(
        '--count <count>',
        'with data: publish it this many times; with input: stop after this many messages',
        count,
      )
      .option('--rate <rate>', 'at most this many messages per second', positive)
      .option('--json', 'print the result as JSON')
      .option('-q, --quiet', 'print no result'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((topic: string, data: string | undefined, flags: PubFlags) =>
      runBody(run, 'whenDone', (signal) => publish(run, { topic, data, flags }, signal)),
    );

/** The command line of one `pub`. */
interface PubRequest {
  readonly topic: string;
  readonly data: string | undefined;
  readonly flags: PubFlags;
}

async function publish(run: CommandRun, request: PubRequest, signal: AbortSignal): Promise<void> {
  const { flags } = request;
  const format = flags.format ?? (request.data === undefined ? defaultFormat(inputKindOf(flags)) : 'string');
  const messages = messagesOf(run, request, format, signal);
  const client = await connect(run, await connectionOf(run, flags), false, signal);
  const window = new PublishWindow();
  // Without a connection, the next line would only wait to fail.
  client.on('disconnected', ({ error }) => window.fail(error));
  const startedMs = performance.now();
  let seconds: number;
  try {
    const options = publishOptions(flags, format);
    await publishAll(messages, window, flags, signal, ({ address, data }) =>
      client.publish(address.namespace, address.name, data, options),
    );
    if (!flags.ack) await client.flush();
    seconds = (performance.now() - startedMs) / 1_000;
  } catch (error) {
    if (window.sentCount > 1 && !signal.aborted) {
      notice(run, `${window.doneCount} of ${window.sentCount} messages were published before the error`);
    }
    throw error;
  } finally {
    await client.close();
  }
  await printPublished(run, window.doneCount, seconds, flags);
}

function messagesOf(
  run: CommandRun,
  { topic, data, flags }: PubRequest,
  format: PayloadFormat,
  signal: AbortSignal,
): AsyncIterable<InputMessage> {
  const template = new TopicTemplate(topic, namespaceOf(run, flags));
  if (data !== undefined) {
    if (flags.file !== undefined || flags.input !== undefined) {
      throw usageError('give either the data argument, or --file and --input, not both');
    }
    return argumentMessages(template, data, format, flags.count ?? 1);
  }
  if (flags.file === undefined && run.stdin.isTTY) notice(run, 'each line is a message; Ctrl-D ends the input');
  const source = openSource(run, flags.file ?? '-');
  // A read that waits for more input must end with the command.
  signal.addEventListener('abort', () => source.destroy(), { once: true });
  const settings = { kind: inputKindOf(flags), topic: template, format };
  return inputMessages(source, { ...settings, rowCount: flags.rows, textColumns: flags.text ?? [] });
}

const kindOfExtension: Readonly<Record<string, InputKind>> = { '.csv': 'csv', '.jsonl': 'jsonl', '.ndjson': 'jsonl' };

const inputKindOf = ({ input, file }: PubFlags): InputKind =>
  input ?? (file === undefined ? 'lines' : (kindOfExtension[extname(file).toLowerCase()] ?? 'lines'));

async function publishAll(
  messages: AsyncIterable<InputMessage>,
  window: PublishWindow,
  { rate, count: limitCount }: PubFlags,
  signal: AbortSignal,
  publishOne: (message: InputMessage) => Promise<void>,
): Promise<void> {
  const pacer = new Pacer(rate ?? Number.POSITIVE_INFINITY);
  const source = messages[Symbol.asyncIterator]();
  let isDone = false;
  try {
    while (!signal.aborted && window.sentCount !== limitCount) {
      const next = await window.orError(source.next());
      isDone = next.done === true;
      if (isDone) break;
      await window.orError(pacer.turn(signal));
      if (!signal.aborted) await window.add(publishOne(next.value));
    }
  } finally {
    // Not awaited: a source that waits for its next message returns after that.
    if (!isDone) source.return?.().catch(() => {});
  }
  await window.settled();
}

async function printPublished(run: CommandRun, count: number, seconds: number, flags: PubFlags): Promise<void> {
  if (flags.json) {
    await printJson(run, { published: count, acknowledged: flags.ack, seconds: Number(seconds.toFixed(3)) });
  } else if (!flags.quiet) {
    await printLine(run, `published ${countedText(count, 'message')} in ${seconds.toFixed(2)} s`);
  }
}
