import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import {
  addConnectionOptions,
  type ConnectionFlags,
  connectionOf,
  namespaceOf,
  namespaceOption,
} from '../context/connection.js';
import type { ExitCode } from '../exit-code.js';
import { patternAddress } from '../options/address.js';
import { exampleHelp } from '../options/help-text.js';
import { count, duration } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { rateText, StatusLine } from '../output/status-line.js';
import { byteText, countedText } from '../output/units.js';
import { RecordingWriter } from '../recording/recording-writer.js';
import { running } from '../running/running.js';
import { connect } from '../wire/connect.js';
import { receive, tellGaps } from '../wire/receive.js';

interface RecordFlags extends ConnectionFlags {
  readonly count?: number;
  readonly for?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ["pulsemq record today.pmq 'market:>'", 'everything of a namespace, until Ctrl-C'],
  ["pulsemq record open.pmq 'market:*.tick' --for 5m", 'five minutes'],
  ['pulsemq replay today.pmq --info', 'what is in it'],
]);

export const recordCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('record')
      .description(
        'Write messages into a file, byte for byte and with their times, until Ctrl-C. "pulsemq replay" publishes them again.',
      )
      .argument('<file>', 'a new file')
      .argument('<pattern...>', 'such as market:>')
      .option('--count <count>', 'end after so many messages', count)
      .option('--for <duration>', 'end after so long', duration)
      .option('--force', 'replace the file')
      .option('--json', 'print what was done as JSON'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((file: string, patterns: string[], flags: RecordFlags) =>
      running(run, flags.count === undefined && flags.for === undefined ? 'told' : 'done', (signal) =>
        record(run, file, patterns, flags, signal),
      ),
    );

async function record(
  run: CommandRun,
  file: string,
  patterns: readonly string[],
  flags: RecordFlags,
  signal: AbortSignal,
): Promise<undefined | ExitCode> {
  const namespace = namespaceOf(run, flags);
  const addresses = patterns.map((text) => patternAddress(text, namespace));
  const connection = await connectionOf(run, flags);
  const client = await connect(run, connection, true, signal);
  tellGaps(run, client);
  const enough = new AbortController();
  const startedMs = performance.now();
  let gapCount = 0;
  client.on('gap', () => {
    gapCount++;
  });
  const timer = flags.for === undefined ? null : setTimeout(() => enough.abort(), flags.for);
  try {
    const writer = await RecordingWriter.open(run, file, flags.force === true);
    const status = new StatusLine(
      run,
      () => `${rateText(writer.messageCount, startedMs)}, ${byteText(writer.bytes)}, ${countedText(gapCount, 'gap')}`,
    );
    try {
      await receive(
        client,
        addresses,
        (message) => {
          if (writer.messageCount === flags.count) return undefined;
          const written = writer.add(message);
          if (writer.messageCount === flags.count) enough.abort();
          return written;
        },
        AbortSignal.any([signal, enough.signal]),
        () =>
          notice(
            run,
            `recording to ${file}${flags.for === undefined && flags.count === undefined ? '; Ctrl-C ends' : ''}`,
          ),
      );
    } finally {
      status.end();
      await writer.close();
    }
    const { messageCount, bytes } = writer;
    if (flags.json) await printJson(run, { file, messages: messageCount, bytes, gaps: gapCount });
    else
      await printLine(
        run,
        `recorded ${countedText(messageCount, 'message')}, ${byteText(bytes)}, ${countedText(gapCount, 'gap')}, in ${file}`,
      );
  } finally {
    if (timer !== null) clearTimeout(timer);
    await client.close();
  }
  return undefined;
}
