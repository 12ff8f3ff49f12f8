import type { PulseMQClient } from '@pulsemq/client';
import { Command, InvalidArgumentError } from 'commander';
import type { CommandRun } from '../command-run.js';
import {
  addConnectionOptions,
  type ConnectionFlags,
  connectionOf,
  namespaceOf,
  namespaceOption,
} from '../context/connection.js';
import { ExitCode } from '../exit-code.js';
import { openSource, requireFile } from '../input/source.js';
import { patternAddress } from '../options/address.js';
import { exampleHelp } from '../options/help-text.js';
import { count, duration, positive, repeated } from '../options/parsers.js';
import { warning } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { barText, rateText, StatusLine } from '../output/status-line.js';
import { printRows } from '../output/table.js';
import { byteText, countedText } from '../output/units.js';
import type { RecordingInfo } from '../recording/recording-info.js';
import { ReplayClock } from '../recording/replay-clock.js';
import type { ReplaySource } from '../recording/replay-source.js';
import { running } from '../running/running.js';
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
  ['pulsemq replay today.pmq', 'as fast as it was'],
  ['pulsemq replay today.pmq --speed 10 --max-gap 5s', 'ten times as fast, and no pause longer than five seconds'],
  ['pulsemq replay today.pmq --speed full --to-namespace test', 'as fast as it goes, into another namespace'],
  [
    "pulsemq replay bars.csv --topic 'market:{symbol}.kline.1m' --text symbol --speed 60",
    'a minute bar a second, by the time column',
  ],
  ['pulsemq replay today.pmq --info', 'what is in it; needs no broker'],
]);

/** `full`, or how many times as fast, also as `10x`. */
function speed(text: string): number {
  if (text === 'full') return Number.POSITIVE_INFINITY;
  try {
    return positive(text.replace(/x$/, ''));
  } catch {
    throw new InvalidArgumentError('Expected a number above 0, such as 1, 0.5 or 10, or "full".');
  }
}

export const replayCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    addPayloadOptions(
      new Command('replay')
        .description(
          'Publish a recording again, byte for byte, or the rows of a CSV file as bars, at the pace of their times. The broker gives ' +
            'them new sequence numbers. --format and --compress are for CSV.',
        )
        .argument('<file>', 'a recording, or CSV with a time column (by its name)'),
    )
      .option('--speed <speed>', 'how many times as fast, or "full"', speed, 1)
      .option('--max-gap <duration>', 'wait no longer than this between two messages', duration)
      .option('--only <pattern>', 'only these topics')
      .option('--to-namespace <name>', 'publish under this namespace')
      .option('--original-times', "keep the publishers' times; without it they are those of the replay")
      .option('--topic <topic>', 'CSV: the topic; {column} takes the value of a column')
      .option('--time-column <column>', 'CSV: where the time stands (default: time, timestamp, datetime, date or ts)')
      .option('--text <column>', 'CSV: a column that is text though it looks like numbers; repeatable', repeated)
      .option('--count <count>', 'end after so many messages', count)
      .option('--info', 'show what is in a recording, and publish nothing')
      .option('--json', 'print what was done as JSON'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((file: string, flags: ReplayFlags) =>
      running(run, 'done', (signal) => (flags.info ? info(run, file, flags) : replay(run, file, flags, signal))),
    );

async function replay(
  run: CommandRun,
  file: string,
  flags: ReplayFlags,
  signal: AbortSignal,
): Promise<undefined | ExitCode> {
  const { replaySource } = await import('../recording/replay-source.js');
  const namespace = namespaceOf(run, flags);
  const fileBytes = requireFile(run, file);
  const stream = openSource(run, file);
  let readBytes = 0;
  stream.on('data', (chunk) => {
    readBytes += chunk.length;
  });
  stream.pause();
  const { only: onlyText, ...settings } = flags;
  const only = onlyText === undefined ? {} : { only: patternAddress(onlyText, namespace) };
  const source = await replaySource(file, stream, {
    ...settings,
    ...only,
    ...(namespace !== undefined && { namespace }),
  });
  const connection = await connectionOf(run, flags);
  const client = await connect(run, connection, false, signal);
  const clock = new ReplayClock(flags.speed, flags.maxGap ?? Number.POSITIVE_INFINITY);
  const window = new PublishWindow();
  const startedMs = performance.now();
  const status = new StatusLine(
    run,
    () =>
      `${barText(fileBytes === 0 ? 0 : readBytes / fileBytes, 16)}  ${rateText(window.doneCount, startedMs)}  ${clock.text}`,
  );
  try {
    await publishAll(client, source, flags, window, clock, signal);
  } finally {
    status.end();
    stream.destroy();
    await client.close();
  }
  const damage = source.damage();
  const seconds = Number(((performance.now() - startedMs) / 1_000).toFixed(3));
  if (flags.json) await printJson(run, { file, published: window.doneCount, seconds, damage });
  else await printLine(run, `published ${countedText(window.doneCount, 'message')} in ${seconds.toFixed(2)} s`);
  return damage === null ? undefined : toldDamage(run, file, damage);
}

async function publishAll(
  client: PulseMQClient,
  source: ReplaySource,
  flags: ReplayFlags,
  window: PublishWindow,
  clock: ReplayClock,
  signal: AbortSignal,
): Promise<void> {
  const options = publishOptions(flags, 'df_msgpack');
  const kept = { ...options, doNotConflate: true };
  let sentCount = 0;
  for await (const { address, timeMs, data, doNotConflate } of source.messages) {
    await clock.reach(timeMs, signal);
    if (signal.aborted) return;
    await window.add(client.publish(address.namespace, address.name, data, doNotConflate ? kept : options));
    if (++sentCount === flags.count) break;
  }
  await window.settled();
  if (!flags.ack) await client.flush();
}

function toldDamage(run: CommandRun, file: string, damage: string): ExitCode {
  warning(run, `${file} is damaged: ${damage}`);
  return ExitCode.damaged;
}

async function info(run: CommandRun, file: string, flags: ReplayFlags): Promise<undefined | ExitCode> {
  const { recordingInfo } = await import('../recording/recording-info.js');
  requireFile(run, file);
  const found: RecordingInfo = await recordingInfo(file, openSource(run, file));
  if (flags.json) await printJson(run, found);
  else {
    await printLine(
      run,
      `${countedText(found.messages, 'message')}, ${byteText(found.payload_bytes)}, from ${found.first_at ?? '-'} to ${found.last_at ?? '-'}`,
    );
    await printRows(
      run,
      found.topics,
      [
        { title: 'TOPIC', value: (one) => one.topic },
        { title: 'MESSAGES', value: (one) => one.messages, isNumber: true },
        { title: 'BYTES', value: (one) => byteText(one.payload_bytes), isNumber: true },
      ],
      { json: false, none: 'no topics' },
    );
  }
  return found.damage === null ? undefined : toldDamage(run, file, found.damage);
}
