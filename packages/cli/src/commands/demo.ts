import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { type Connection, connectionOf } from '../context/connection.js';
import { readCredentialsFile } from '../context/credentials-file.js';
import type { Market } from '../demo/market.js';
import { addConnectionOptions, type ConnectionFlags } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { duration, integer, positive } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printLine } from '../output/standard-output.js';
import { rateText, StatusLine } from '../output/status-line.js';
import { countedText } from '../output/units.js';
import { Pacer } from '../running/pacer.js';
import { runBody } from '../running/run-body.js';
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
  [
    'pulsemq demo --serve',
    'starts a broker in this folder and publishes to it; its console is at http://localhost:8080',
  ],
  ['pulsemq demo --rate 5000 --symbols 50', 'publishes to a running broker'],
  ["pulsemq sub 'demo:*.bar.1s'", 'prints the bars in another terminal'],
]);

export const demoCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('demo')
      .description(
        'Publish a simulated market: quotes and trades as JSON, and one-second bars as DataFrames. The prices are random walks, not ' +
          'real data.',
      )
      .option('--serve', 'start a broker in this folder too; it stops together with the demo')
      .option('--admin-port <port>', 'with --serve: port of the console and HTTP API', integer(0, 65_535), 8_080)
      .option('--symbols <count>', 'number of instruments', integer(1, 5_000), 20)
      .option('--rate <rate>', 'quotes per second, over all instruments', positive, 500)
      .option('--readers <count>', 'number of subscribers to start', integer(0, 9), 2)
      .option('--for <duration>', 'stop after this time (default: run until Ctrl-C)', duration)
      .option('--to-namespace <name>', 'namespace to publish to', 'demo'),
  )
    .addHelpText('after', examples)
    .action((flags: DemoFlags) =>
      runBody(run, flags.for === undefined ? 'whenStopped' : 'whenDone', (signal) => demo(run, flags, signal)),
    );

async function demo(run: CommandRun, flags: DemoFlags, signal: AbortSignal): Promise<void> {
  if (!flags.serve) return play(run, await connectionOf(run, flags), flags, signal);
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
      `broker on 127.0.0.1:${pubPort}; console on http://127.0.0.1:${adminPort}, username and password are in .pulsemq_admin`,
    );
    const { username = '', token = '' } = readCredentialsFile(run, '.pulsemq_admin');
    const source = '.pulsemq_admin in this folder';
    await play(run, { host: '127.0.0.1', pubPort, subPort, username, token, source }, flags, signal);
  } finally {
    await server.stop();
  }
}

/** Starts the readers and publishes, until the time is over or the signal aborts. */
async function play(run: CommandRun, connection: Connection, flags: DemoFlags, signal: AbortSignal): Promise<void> {
  const { Market } = await import('../demo/market.js');
  const timeOver = new AbortController();
  const timer = flags.for === undefined ? undefined : setTimeout(() => timeOver.abort(), flags.for);
  const clients = [await connect(run, connection, true, signal)];
  try {
    for (let index = 0; index < flags.readers; index++) {
      const reader = await connect(run, connection, true, signal);
      clients.push(reader);
      await reader.subscribe(flags.toNamespace, index % 2 === 0 ? '>' : '*.bar.1s', { onMessage: () => {} });
    }
    const stop = AbortSignal.any([signal, timeOver.signal]);
    await publishMarket(run, clients[0]!, new Market(flags.symbols), flags, stop);
  } finally {
    clearTimeout(timer);
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
  notice(run, `publishing ${market.symbols.length} symbols to ${toNamespace}; Ctrl-C stops`);
  try {
    while (!signal.aborted) {
      await pacer.turn(signal);
      for (const { topic, data, format, isTrade } of market.step(Date.now())) {
        await window.add(
          ignoreDisconnection(client.publish(toNamespace, topic, data, { format, doNotConflate: isTrade })),
        );
      }
    }
  } finally {
    status.end();
  }
  await printLine(run, `published ${countedText(window.doneCount, 'message')}`);
}

/** The market goes on while the connection is lost: its old prices would be of no use afterwards. */
async function ignoreDisconnection(publish: Promise<void>): Promise<void> {
  try {
    await publish;
  } catch (error) {
    if ((error as { code?: string }).code !== 'PMQ_NOT_CONNECTED') throw error;
  }
}
