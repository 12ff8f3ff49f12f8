import { extname } from 'node:path';
import type { PayloadFormat, PulseMQClient } from '@pulsemq/client';
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
import { NamespaceGuard } from '../wire/namespace-guard.js';
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
  readonly newNamespace?: boolean;
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
      .option('--new-namespace', 'create the namespace without asking, even if its name is close to one that exists')
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
  const template = new TopicTemplate(request.topic, namespaceOf(run, flags));
  const messages = messagesOf(run, template, request, format, signal);
  const client = await connect(run, await connectionOf(run, flags), false, signal);
  const window = new PublishWindow();
  // Without a connection, the next line would only wait to fail.
  client.on('disconnected', ({ error }) => window.fail(error));
  let seconds: number;
  try {
    const options = publishOptions(flags, format);
    const checked = flags.newNamespace ? messages : await guarded(run, client, template, messages, signal);
    const startedMs = performance.now();
    await publishAll(checked, window, flags, signal, ({ address, data }) =>
      client.publish(address.namespace, address.name, data, options),
    );
    if (!flags.ack) await client.flush();
    seconds = (performance.now() - startedMs) / 1_000;
  } catch (error) {
    if (!signal.aborted) await reportCounts(run, window, flags.ack);
    throw error;
  } finally {
    await client.close();
  }
  await printPublished(run, window.doneCount, seconds, flags);
}

/** Says after an error how many messages arrived, so that a caller sends none of them twice. Invalid input may come before the answers. */
async function reportCounts(run: CommandRun, window: PublishWindow, isAcknowledged: boolean): Promise<void> {
  await window.ended();
  const { sentCount, doneCount, unknownCount } = window;
  if (sentCount < 2 && doneCount === 0) return;
  const what = isAcknowledged ? 'acknowledged by the broker' : 'sent without acknowledgement';
  const unknown = unknownCount === 0 ? '' : `; ${unknownCount} got no answer and may have arrived`;
  notice(
    run,
    `${doneCount} of ${countedText(sentCount, 'message')} ${sentCount === 1 ? 'was' : 'were'} ${what}${unknown}`,
  );
}

/** Checks the namespace before the input is read, because a question needs standard input; with each message where a column decides it. */
async function guarded(
  run: CommandRun,
  client: PulseMQClient,
  { namespace }: TopicTemplate,
  messages: AsyncIterable<InputMessage>,
  signal: AbortSignal,
): Promise<AsyncIterable<InputMessage>> {
  const guard = new NamespaceGuard(run, client, signal);
  if (namespace === undefined) return guard.checked(messages);
  await guard.check(namespace, true);
  return messages;
}

function messagesOf(
  run: CommandRun,
  template: TopicTemplate,
  { data, flags }: PubRequest,
  format: PayloadFormat,
  signal: AbortSignal,
): AsyncIterable<InputMessage> {
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
