import type { PulseMQClient, ReceivedMessage, Replay, TopicStatus } from '@pulsemq/client';
import { Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { connectionOf, namespaceOf } from '../context/connection.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { patternAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags, namespaceOption } from '../options/connection-options.js';
import { addDeliveryOptions, type DeliveryFlags, deliverySettings } from '../options/delivery-options.js';
import { exampleHelp } from '../options/help-text.js';
import { count, duration } from '../options/parsers.js';
import { addPastOptions, type PastFlags, replaySettings } from '../options/past-options.js';
import { colors } from '../output/colors.js';
import { notice } from '../output/notices.js';
import { OutputBuffer } from '../output/output-buffer.js';
import { printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';
import { receive, receivePast, reportGaps, reportMissing } from '../wire/receive.js';

interface SubFlags extends ConnectionFlags, DeliveryFlags, PastFlags {
  readonly count?: number;
  readonly for?: number;
  readonly timeout?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly formulaGuard: boolean;
  readonly raw?: boolean;
  readonly stats?: boolean;
  readonly quiet?: boolean;
}

const examples = exampleHelp([
  ["pulsemq sub 'market:>'", 'all messages of the namespace market'],
  [
    "pulsemq sub 'market:*.kline.1m' 'news:>'",
    'several patterns: * matches one level, > all remaining levels; quote them, as * and > also have a meaning in the shell',
  ],
  ["pulsemq sub 'market:>' --json | jq .data", 'one JSON object per line'],
  ["pulsemq sub 'market:*.kline.1d' --csv > bars.csv", 'the rows of DataFrames as CSV'],
  [
    "pulsemq sub 'market:*.quote' --last --on-slow conflate --max-rate 4 --status",
    'the last values first, then at most four updates a second of each topic; reports stale topics',
  ],
  ["pulsemq sub 'market:>' --for 10s --json > ten-seconds.jsonl", 'what arrives within ten seconds'],
  ["pulsemq sub 'market:>' --stats", 'rates and delays every second, instead of messages'],
  ["pulsemq sub 'market:*.trade' --from 2h --json > trades.jsonl", 'the stored messages of the last two hours'],
  [
    "pulsemq sub 'market:>' --from 2026-11-30T09:30 --speed 10 --follow",
    'the morning at ten times its speed, and then new messages',
  ],
  [
    'pulsemq sub market:sz000651.price --count 1 --timeout 5s',
    'one message; exit code 3 if none arrives within five seconds',
  ],
]);

export const subCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    addPastOptions(addDeliveryOptions(new Command('sub')))
      .description(
        'Print messages as they arrive, until Ctrl-C, or stored messages with --from. Gaps and lost connections are reported on standard error.',
      )
      .argument('<pattern...>', 'such as market:sz000651.> or market:*.kline.1m')
      .option('--count <count>', 'stop after this many messages', count)
      .option('--for <duration>', 'stop after this time', duration)
      .option('--timeout <duration>', 'stop with exit code 3 when no message arrives for this long', duration)
      .addOption(new Option('--json', 'print one JSON object per line').conflicts(['csv', 'raw']))
      .addOption(
        new Option('--csv', 'print the rows of DataFrames as CSV; the first message sets the columns').conflicts([
          'json',
          'raw',
        ]),
      )
      .option(
        '--no-formula-guard',
        'with --csv: print texts that begin like a formula of a spreadsheet unchanged, without an apostrophe in front',
      )
      .option('--raw', 'print only the payloads, byte for byte, without separators')
      .addOption(
        new Option('--stats', 'print rates and delays every second, instead of messages').conflicts(['csv', 'raw']),
      )
      .option('-q, --quiet', 'do not print the notice with the patterns'),
  )
    .addOption(namespaceOption())
    .addHelpText('after', examples)
    .action((patterns: string[], flags: SubFlags) =>
      runBody(run, endsByItself(flags) ? 'whenDone' : 'whenStopped', (signal) =>
        subscribe(run, patterns, flags, signal),
      ),
    );

const endsByItself = ({ count: limit, for: time, from, fromSequence, follow }: SubFlags): boolean =>
  limit !== undefined || time !== undefined || (!follow && (from !== undefined || fromSequence !== undefined));

async function subscribe(
  run: CommandRun,
  patterns: readonly string[],
  flags: SubFlags,
  signal: AbortSignal,
): Promise<void> {
  const namespace = namespaceOf(run, flags);
  const addresses = patterns.map((text) => patternAddress(text, namespace));
  const past = replaySettings(flags, addresses.length);
  const connection = await connectionOf(run, flags);
  const client = await connect(run, connection, true, signal);
  reportGaps(run, client);
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  const silence = new SilenceTimer(flags.timeout, enough);
  let timer: NodeJS.Timeout | undefined;
  const sink = await sinkOf(run, client, flags, stop);
  let receivedCount = 0;
  try {
    const take = (message: ReceivedMessage): Promise<void> | undefined => {
      if (stop.aborted) return undefined;
      silence.restart();
      const written = sink.take(message);
      if (++receivedCount === flags.count) enough.abort();
      return written;
    };
    const onLive = (): void => {
      const shown = addresses.map(({ namespace: space, name }) => `${space}:${name}`).join(', ');
      const doing = past === undefined ? 'subscribed to' : 'replays';
      if (!flags.quiet) notice(run, `${doing} ${shown} at ${connection.host}; Ctrl-C stops`);
      if (flags.for !== undefined) timer = setTimeout(() => enough.abort(), flags.for);
    };
    const settings = deliverySettings(flags, (status) => printStatus(run, flags, status));
    if (past === undefined) await receive(client, addresses, take, stop, onLive, settings);
    else {
      const onBegun = (replay: Replay): void => {
        onLive();
        reportMissing(run, replay);
      };
      await receivePast(client, addresses[0]!, take, stop, { settings: past, onBegun });
    }
    await sink.end();
  } finally {
    silence.stop();
    clearTimeout(timer);
    await client.close();
  }
  if (silence.hasFired)
    throw new CommandError(ExitCode.unreachable, `no message arrived for ${flags.timeout} ms (--timeout)`);
}

/** With --json a status is a line of the output, else a notice beside it. */
async function printStatus(run: CommandRun, flags: SubFlags, status: TopicStatus): Promise<void> {
  const { statusJson, statusText } = await import('../output/status-text.js');
  if (flags.json) await printLine(run, statusJson(status));
  else notice(run, statusText(status));
}

/** Where received messages go. */
interface Sink {
  take(message: ReceivedMessage): Promise<void> | undefined;
  end(): Promise<void>;
}

async function sinkOf(run: CommandRun, client: PulseMQClient, flags: SubFlags, signal: AbortSignal): Promise<Sink> {
  if (flags.stats) return statsSink(run, client, flags.json === true);
  const shape = await shapeOf(run, flags);
  const output = new OutputBuffer(run, signal);
  return { take: (message) => output.add(shape(message)), end: () => output.flush() };
}

async function shapeOf(run: CommandRun, flags: SubFlags): Promise<(message: ReceivedMessage) => string | Uint8Array> {
  if (flags.raw) return (message) => message.payload;
  if (flags.json) {
    const { messageJson } = await import('../output/message-json.js');
    return (message) => `${messageJson(message)}\n`;
  }
  if (flags.csv) {
    const { MessageCsv } = await import('../output/message-csv.js');
    const csv = new MessageCsv(run, flags.formulaGuard);
    return (message) => csv.lines(message);
  }
  const { messageLine } = await import('../output/message-line.js');
  const paint = colors(run.stdout, run.env);
  return (message) => `${messageLine(message, paint)}\n`;
}

async function statsSink(run: CommandRun, client: PulseMQClient, isJson: boolean): Promise<Sink> {
  const { ReceiveStats, statsLine } = await import('../wire/receive-stats.js');
  const stats = new ReceiveStats();
  client.on('gap', () => {
    stats.gapCount++;
  });
  const printStats = (): Promise<void> => {
    const row = stats.take();
    return printLine(run, isJson ? JSON.stringify(row) : statsLine(row));
  };
  const timer = setInterval(() => void printStats(), 1_000);
  return {
    take: (message) => {
      stats.add(message);
      return undefined;
    },
    end: () => {
      clearInterval(timer);
      return printStats();
    },
  };
}

/** Stops the command when no message arrives for a time. */
class SilenceTimer {
  readonly #timer: NodeJS.Timeout | null;
  hasFired = false;

  constructor(timeoutMs: number | undefined, enough: AbortController) {
    const end = (): void => {
      this.hasFired = true;
      enough.abort();
    };
    this.#timer = timeoutMs === undefined ? null : setTimeout(end, timeoutMs);
  }

  restart(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
