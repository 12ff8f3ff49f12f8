import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { addConnectionOptions, type Connection, type ConnectionFlags, connectionOf } from '../context/connection.js';
import { readCredentialsFile } from '../context/credentials-file.js';
import type { Market } from '../demo/market.js';
import type { ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { duration, integer, positive } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printLine } from '../output/standard-output.js';
import { rateText, StatusLine } from '../output/status-line.js';
import { countedText } from '../output/units.js';
import { Pacer } from '../running/pacer.js';
import { running } from '../running/running.js';
import { connect } from '../wire/connect.js';
import { PublishWindow } from '../wire/publish-window.js';

interface DemoFlags extends ConnectionFlags {
  readonly serve?: boolean;
  readonly adminPort: number;
  readonly symbols: number;
  readonly rate: number;
  readonly readers: number;
  readonly for?: number;
  readonly toNamespace: string;
}

const examples = exampleHelp([
  ['pulsemq demo --serve', 'starts a broker in this folder and a market in it; then open http://localhost:8080'],
  ['pulsemq demo --rate 5000 --symbols 50', 'into a broker that runs'],
  ["pulsemq sub 'demo:*.bar.1s'", 'watch it from another terminal'],
]);

export const demoCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('demo')
      .description(
        'Publish a market that moves: quotes and trades as JSON, bars of a second as DataFrames, so that there is something to look at. ' +
          'Prices are random walks with a common factor; nothing of it is real.',
      )
      .option('--serve', 'start a broker in this folder too; it ends with the demo')
      .option('--admin-port <port>', 'with --serve: its console and HTTP API', integer(0, 65_535), 8_080)
      .option('--symbols <count>', 'instruments', integer(1, 5_000), 20)
      .option('--rate <rate>', 'quotes a second, all together', positive, 500)
      .option('--readers <count>', 'subscribers that read along', integer(0, 9), 2)
      .option('--for <duration>', 'end after so long', duration)
      .option('--to-namespace <name>', 'namespace', 'demo'),
  )
    .addHelpText('after', examples)
    .action((flags: DemoFlags) =>
      running(run, flags.for === undefined ? 'told' : 'done', (signal) => demo(run, flags, signal)),
    );

async function demo(run: CommandRun, flags: DemoFlags, signal: AbortSignal): Promise<undefined | ExitCode> {
  if (!flags.serve) {
    await play(run, await connectionOf(run, flags), flags, signal);
    return undefined;
  }
  const { PulseMQServer } = await import('@pulsemq/broker');
  const server = new PulseMQServer({
    host: '127.0.0.1',
    pubPort: flags.pubPort ?? 5_555,
    ...(flags.subPort !== undefined && { subPort: flags.subPort }),
    adminPort: flags.adminPort,
    logLevel: 'warn',
    workingDirectory: run.cwd,
    console: run.stderr,
  });
  const { pubPort, subPort, adminPort } = await server.start();
  try {
    await printLine(
      run,
      `broker on 127.0.0.1:${pubPort}; console at http://127.0.0.1:${adminPort}, its log-in is in .pulsemq_admin`,
    );
    const { username = '', token = '' } = readCredentialsFile(run, '.pulsemq_admin');
    const source = '.pulsemq_admin in this folder';
    await play(run, { host: '127.0.0.1', pubPort, subPort, username, token, source }, flags, signal);
  } finally {
    await server.stop();
  }
  return undefined;
}

async function play(run: CommandRun, connection: Connection, flags: DemoFlags, signal: AbortSignal): Promise<void> {
  const { Market } = await import('../demo/market.js');
  const enough = new AbortController();
  const timer = flags.for === undefined ? null : setTimeout(() => enough.abort(), flags.for);
  const stop = AbortSignal.any([signal, enough.signal]);
  const clients = [await connect(run, connection, true, signal)];
  try {
    for (let index = 0; index < flags.readers; index++) {
      const reader = await connect(run, connection, true, signal);
      clients.push(reader);
      await reader.subscribe(flags.toNamespace, index % 2 === 0 ? '>' : '*.bar.1s', { onMessage: () => {} });
    }
    await publishMarket(run, clients[0]!, new Market(flags.symbols), flags, stop);
  } finally {
    if (timer !== null) clearTimeout(timer);
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function publishMarket(
  run: CommandRun,
  client: Awaited<ReturnType<typeof connect>>,
  market: Market,
  { rate, toNamespace }: DemoFlags,
  signal: AbortSignal,
): Promise<void> {
  const window = new PublishWindow();
  const pacer = new Pacer(rate);
  const startedMs = performance.now();
  const status = new StatusLine(run, () => `${toNamespace}: ${rateText(window.doneCount, startedMs)}`);
  notice(run, `publishing ${market.symbols.length} symbols to ${toNamespace}; Ctrl-C ends`);
  try {
    while (!signal.aborted) {
      await pacer.turn(signal);
      for (const { topic, data, format, isTrade } of market.step(Date.now())) {
        await window.add(
          publishThroughLosses(client.publish(toNamespace, topic, data, { format, doNotConflate: isTrade })),
        );
      }
    }
  } finally {
    status.end();
  }
  await printLine(run, `published ${countedText(window.doneCount, 'message')}`);
}

/** A market goes on while the connection is lost; what it would have said then is of no use later. */
async function publishThroughLosses(publish: Promise<void>): Promise<void> {
  try {
    await publish;
  } catch (error) {
    if ((error as { code?: string }).code !== 'PMQ_NOT_CONNECTED') throw error;
  }
}
