import type { ReceivedMessage, Replay } from '@pulsemq/client';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { connectionOf, namespaceOf } from '../context/connection.js';
import { patternAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { count, duration } from '../options/parsers.js';
import { addPastOptions, type PastFlags, replaySettings } from '../options/past-options.js';
import { notice } from '../output/notices.js';
import { printResult } from '../output/standard-output.js';
import { rateText, StatusLine } from '../output/status-line.js';
import { byteText, countedText } from '../output/units.js';
import { RecordingWriter } from '../recording/recording-writer.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';
import { receive, receivePast, reportGaps, reportMissing } from '../wire/receive.js';

interface RecordFlags extends ConnectionFlags, PastFlags {
  readonly count?: number;
  readonly for?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ["pulsemq record today.pmq 'market:>'", 'all messages of a namespace, until Ctrl-C'],
  ["pulsemq record open.pmq 'market:*.tick' --for 5m", 'five minutes'],
  [
    "pulsemq record morning.pmq 'market:>' --from 2026-11-30T09:30 --to 2026-11-30T11:30",
    'messages that the broker has stored',
  ],
  ['pulsemq replay today.pmq --info', 'shows what the recording contains'],
]);

export const recordCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    addPastOptions(new Command('record'))
      .description(
        'Record messages and their times in a file, byte for byte, until Ctrl-C, or stored messages with --from. "pulsemq replay" publishes them ' +
          'again, and "pulsemq journal import" stores them in the journal of a stopped broker.',
      )
      .argument('<file>', 'the file to create')
      .argument('<pattern...>', 'such as market:>')
      .option('--count <count>', 'stop after this many messages', count)
      .option('--for <duration>', 'stop after this time', duration)
      .option('--force', 'replace an existing file')
      .option('--json', 'print the result as JSON'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((file: string, patterns: string[], flags: RecordFlags) =>
      runBody(run, isEndless(flags) ? 'whenStopped' : 'whenDone', (signal) =>
        record(run, { file, patterns, flags }, signal),
      ),
    );

/** The command line of one `record`. */
interface RecordRequest {
  readonly file: string;
  readonly patterns: readonly string[];
  readonly flags: RecordFlags;
}

const isEndless = ({ count: limit, for: time, from, fromSequence, follow }: RecordFlags): boolean =>
  limit === undefined && time === undefined && (follow === true || (from === undefined && fromSequence === undefined));

async function record(run: CommandRun, request: RecordRequest, signal: AbortSignal): Promise<void> {
  const { file, patterns, flags } = request;
  const namespace = namespaceOf(run, flags);
  const addresses = patterns.map((text) => patternAddress(text, namespace));
  const past = replaySettings(flags, addresses.length);
  const client = await connect(run, await connectionOf(run, flags), true, signal);
  reportGaps(run, client);
  let gapCount = 0;
  client.on('gap', () => {
    gapCount++;
  });
  try {
    const writer = await RecordingWriter.open(run, file, flags.force === true);
    const startedMs = performance.now();
    const sizeText = (): string => `${byteText(writer.bytes)}, ${countedText(gapCount, 'gap')}`;
    const status = new StatusLine(run, () => `${rateText(writer.messageCount, startedMs)}, ${sizeText()}`);
    const onLive = (): void => notice(run, `recording to ${file}${isEndless(flags) ? '; Ctrl-C stops' : ''}`);
    try {
      await writeMessages(writer, flags, signal, (write, stop) => {
        if (past === undefined) return receive(client, addresses, write, stop, onLive);
        const onBegun = (replay: Replay): void => {
          onLive();
          reportMissing(run, replay);
        };
        return receivePast(client, addresses[0]!, write, stop, { settings: past, onBegun });
      });
    } finally {
      status.end();
      await writer.close();
    }
    const { messageCount, bytes } = writer;
    const text = `recorded ${countedText(messageCount, 'message')}, ${sizeText()}, in ${file}`;
    await printResult(run, flags.json, { file, messages: messageCount, bytes, gaps: gapCount }, text);
  } finally {
    await client.close();
  }
}

/** Writes what `receiveInto` receives. Its `stop` aborts when there are enough messages, when the time is over, or with `signal`. */
async function writeMessages(
  writer: RecordingWriter,
  flags: RecordFlags,
  signal: AbortSignal,
  receiveInto: (write: (message: ReceivedMessage) => Promise<void> | undefined, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const enough = new AbortController();
  const timer = flags.for === undefined ? undefined : setTimeout(() => enough.abort(), flags.for);
  const write = (message: ReceivedMessage): Promise<void> | undefined => {
    if (writer.messageCount === flags.count) return undefined;
    const written = writer.add(message);
    if (writer.messageCount === flags.count) enough.abort();
    return written;
  };
  try {
    await receiveInto(write, AbortSignal.any([signal, enough.signal]));
  } finally {
    clearTimeout(timer);
  }
}
