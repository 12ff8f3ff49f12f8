import type { PulseMQClient } from '@pulsemq/client';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { connectionOf, namespaceOf } from '../context/connection.js';
import { ExitCode } from '../exit-code.js';
import { openSource, requireFile } from '../input/source.js';
import { patternAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { count, duration, repeated } from '../options/parsers.js';
import { speed } from '../options/speed.js';
import { warning } from '../output/notices.js';
import { printJson, printLine, printResult } from '../output/standard-output.js';
import { barText, rateText, StatusLine } from '../output/status-line.js';
import { printRows } from '../output/table.js';
import { byteText, countedText } from '../output/units.js';
import type { RecordingInfo } from '../recording/recording-info.js';
import { ReplayClock } from '../recording/replay-clock.js';
import type { ReplaySettings, ReplaySource, TimedMessage } from '../recording/replay-source.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';
import { addPayloadOptions, type PayloadFlags, publishOptions } from '../wire/payload-options.js';
import { PublishWindow } from '../wire/publish-window.js';

interface ReplayFlags extends ConnectionFlags, PayloadFlags {
  readonly speed: number;
  readonly maxGap?: number;
  readonly only?: string;
  readonly toNamespace?: string;
  readonly topic?: string;
  readonly timeColumn?: string;
  readonly text?: readonly string[];
  readonly originalTimes?: boolean;
  readonly count?: number;
  readonly info?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq replay today.pmq', 'at the recorded speed'],
  ['pulsemq replay today.pmq --speed 10 --max-gap 5s', 'ten times as fast, with pauses of at most five seconds'],
  ['pulsemq replay today.pmq --speed full --to-namespace test', 'without pauses, into another namespace'],
  [
    "pulsemq replay bars.csv --topic 'market:{symbol}.kline.1m' --text symbol --speed 60",
    'one-minute bars of a CSV file, one minute per second',
  ],
  ['pulsemq replay today.pmq --info', 'shows what the recording contains; needs no broker'],
]);

export const replayCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    addPayloadOptions(
      new Command('replay')
        .description(
          'Publish a recording again, byte for byte, or publish each row of a CSV file as a DataFrame, at the pace of their times. The ' +
            'broker assigns new sequence numbers. --format and --compress apply to CSV only. To receive what the broker itself has stored, use ' +
            '"pulsemq sub --from".',
        )
        .argument('<file>', 'a recording, or a file with the extension .csv and a time column'),
    )
      .option('--speed <speed>', 'speed factor, or "full" for no pauses', speed, 1)
      .option('--max-gap <duration>', 'longest pause between two messages', duration)
      .option('--only <pattern>', 'replay only the topics that match')
      .option('--to-namespace <name>', 'publish in this namespace')
      .option('--original-times', 'keep the publish times of the recording (default: the time of the replay)')
      .option('--topic <topic>', 'CSV: topic; {column} stands for the value of a column')
      .option('--time-column <column>', 'CSV: column with the time (default: time, timestamp, datetime, date or ts)')
      .option('--text <column>', 'CSV: read this column as text, even if it looks like numbers; repeatable', repeated)
      .option('--count <count>', 'stop after this many messages', count)
      .option('--info', 'show what the recording contains, and publish nothing')
      .option('--json', 'print the result as JSON'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((file: string, flags: ReplayFlags) =>
      runBody(run, 'whenDone', (signal) =>
        flags.info ? showInfo(run, file, flags) : replay(run, file, flags, signal),
      ),
    );

async function replay(run: CommandRun, file: string, flags: ReplayFlags, signal: AbortSignal): Promise<void> {
  const { replaySource } = await import('../recording/replay-source.js');
  const fileBytes = requireFile(run, file);
  const stream = openSource(run, file);
  let readBytes = 0;
  stream.on('data', (chunk) => {
    readBytes += chunk.length;
  });
  // A 'data' listener starts the stream; without a pause, its first bytes would be lost to the reader.
  stream.pause();
  const source = await replaySource(file, stream, settingsOf(run, flags));
  const client = await connect(run, await connectionOf(run, flags), false, signal);
  const clock = new ReplayClock(flags.speed, flags.maxGap ?? Number.POSITIVE_INFINITY);
  const window = new PublishWindow();
  const startedMs = performance.now();
  const status = new StatusLine(run, () => {
    const bar = barText(fileBytes === 0 ? 0 : readBytes / fileBytes, 16);
    return `${bar}  ${rateText(window.doneCount, startedMs)}  ${clock.text}`;
  });
  try {
    await publishAll(source, window, { clock, limitCount: flags.count }, signal, publisherOf(client, flags));
    if (!flags.ack && !signal.aborted) await client.flush();
  } finally {
    status.end();
    stream.destroy();
    await client.close();
  }
  const damage = source.damage();
  const seconds = Number(((performance.now() - startedMs) / 1_000).toFixed(3));
  await printResult(
    run,
    flags.json,
    { file, published: window.doneCount, seconds, damage },
    `published ${countedText(window.doneCount, 'message')} in ${seconds.toFixed(2)} s`,
  );
  if (damage !== null) reportDamage(run, file, damage);
}

function settingsOf(run: CommandRun, { only, ...flags }: ReplayFlags): ReplaySettings {
  const namespace = namespaceOf(run, flags);
  return {
    ...flags,
    ...(only !== undefined && { only: patternAddress(only, namespace) }),
    ...(namespace !== undefined && { namespace }),
  };
}

/** Publishes messages when they are due, until there are enough or the signal aborts. */
async function publishAll(
  source: ReplaySource,
  window: PublishWindow,
  pace: { readonly clock: ReplayClock; readonly limitCount: number | undefined },
  signal: AbortSignal,
  publishOne: (message: TimedMessage) => Promise<void>,
): Promise<void> {
  for await (const message of source.messages) {
    await pace.clock.reach(message.timeMs, signal);
    if (signal.aborted) return;
    await window.add(publishOne(message));
    if (window.sentCount === pace.limitCount) break;
  }
  await window.settled();
}

function publisherOf(client: PulseMQClient, flags: ReplayFlags): (message: TimedMessage) => Promise<void> {
  const options = publishOptions(flags, 'df_msgpack');
  const notConflated = { ...options, doNotConflate: true };
  return ({ address, data, doNotConflate }) =>
    client.publish(address.namespace, address.name, data, doNotConflate ? notConflated : options);
}

function reportDamage(run: CommandRun, file: string, damage: string): void {
  warning(run, `${file} is damaged: ${damage}`);
  run.exitCode = ExitCode.damaged;
}

async function showInfo(run: CommandRun, file: string, flags: ReplayFlags): Promise<void> {
  const { recordingInfo } = await import('../recording/recording-info.js');
  requireFile(run, file);
  const info = await recordingInfo(file, openSource(run, file));
  if (flags.json) await printJson(run, info);
  else await printInfo(run, info);
  if (info.damage !== null) reportDamage(run, file, info.damage);
}

async function printInfo(run: CommandRun, info: RecordingInfo): Promise<void> {
  const times = `from ${info.first_at ?? '-'} to ${info.last_at ?? '-'}`;
  await printLine(run, `${countedText(info.messages, 'message')}, ${byteText(info.payload_bytes)}, ${times}`);
  await printRows(
    run,
    info.topics,
    [
      { title: 'TOPIC', value: (one) => one.topic },
      { title: 'MESSAGES', value: (one) => one.messages, isNumber: true },
      { title: 'BYTES', value: (one) => byteText(one.payload_bytes), isNumber: true },
    ],
    { json: false, none: 'no topics' },
  );
}
