import type { PulseMQClient } from '@pulsemq/client';
import { checkNamespace } from '@pulsemq/protocol';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { type Connection, connectionOf } from '../context/connection.js';
import { type DemoUser, demoUsers } from '../demo/definitions.js';
import { hasBoard, startOwnBroker } from '../demo/own-broker.js';
import { setUpDemo } from '../demo/set-up.js';
import { usageError } from '../exit-code.js';
import { addConnectionOptions, type ConnectionFlags } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { duration, integer, positive } from '../options/parsers.js';
import { printLine } from '../output/standard-output.js';
import { countedText } from '../output/units.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';

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
          'real data. With --serve there are also order books, users with grants, a desk that reads and publishes, a slow screen that ' +
          'conflates, currencies that become stale now and then, and an alert rule.',
      )
      .option('--serve', 'start a broker in this folder too; it stops together with the demo')
      .option('--admin-port <port>', 'with --serve: port of the console and HTTP API', integer(0, 65_535), 8_080)
      .option('--symbols <count>', 'number of instruments', integer(1, 5_000), 20)
      .option('--rate <rate>', 'quotes per second, over all instruments', positive, 500)
      .option('--readers <count>', 'number of subscribers that keep up', integer(0, 9), 2)
      .option('--for <duration>', 'stop after this time (default: run until Ctrl-C)', duration)
      .option('--to-namespace <namespace>', 'namespace to publish to', 'demo'),
  )
    .addHelpText('after', examples)
    .action((flags: DemoFlags) =>
      runBody(run, flags.for === undefined ? 'whenStopped' : 'whenDone', (signal) => demo(run, flags, signal)),
    );

async function demo(run: CommandRun, flags: DemoFlags, signal: AbortSignal): Promise<void> {
  const namespace = namespaceChecked(flags.toNamespace);
  if (!flags.serve) {
    const connection = await connectionOf(run, flags);
    return play(run, flags, { feed: connection, reader: connection, hasDepth: false }, signal);
  }
  const ports = { pubPort: flags.pubPort ?? 5_555, subPort: flags.subPort, adminPort: flags.adminPort };
  const { server, addresses } = await startOwnBroker(run, ports);
  try {
    const { pubPort, subPort, adminPort } = addresses;
    const adminUrl = `http://127.0.0.1:${adminPort}`;
    const tokens = await setUpDemo(run, adminUrl, namespace, signal);
    await printLine(
      run,
      `broker on 127.0.0.1:${pubPort}; console on ${adminUrl}, username and password are in .pulsemq_admin`,
    );
    if (hasBoard()) {
      await printLine(run, `price board on ${adminUrl}/examples/board/, with the token of that file`);
    }
    const { connectionOfUser, playScene } = await import('../demo/scene.js');
    const connectionOf = (user: DemoUser): Connection =>
      connectionOfUser({ host: '127.0.0.1', pubPort, subPort }, tokens, user);
    const cast = { feed: connectionOf(demoUsers.feed), reader: connectionOf(demoUsers.desk), hasDepth: true };
    await play(run, flags, cast, signal, (clients, stop) => playScene(run, connectionOf, namespace, clients, stop));
  } finally {
    await server.stop();
  }
}

function namespaceChecked(name: string): string {
  const problem = checkNamespace(name);
  if (problem !== undefined) throw usageError(problem);
  return name;
}

/** Who publishes the market, and who reads it. */
interface Cast {
  readonly feed: Connection;
  readonly reader: Connection;
  /** Whether the market has order books. */
  readonly hasDepth: boolean;
}

/** Starts the readers and publishes, until the time is over or the signal aborts. `beside` runs meanwhile, with clients that are closed here. */
async function play(
  run: CommandRun,
  flags: DemoFlags,
  cast: Cast,
  signal: AbortSignal,
  beside: (clients: PulseMQClient[], stop: AbortSignal) => Promise<void> = async () => {},
): Promise<void> {
  const [{ Market }, { publishMarket }] = await Promise.all([
    import('../demo/market.js'),
    import('../demo/market-feed.js'),
  ]);
  const end = new AbortController();
  const timer = flags.for === undefined ? undefined : setTimeout(() => end.abort(), flags.for);
  const stop = AbortSignal.any([signal, end.signal]);
  const feed = await connect(run, cast.feed, true, signal);
  const clients = [feed];
  try {
    await startReaders(run, flags, cast.reader, clients, signal);
    const market = new Market(flags.symbols, { hasDepth: cast.hasDepth });
    // When one of the two fails, the other ends too.
    const orEnd = <Result>(part: Promise<Result>): Promise<Result> =>
      part.catch((error: unknown) => {
        end.abort();
        throw error;
      });
    const parts = [orEnd(publishMarket(run, feed, market, flags, stop)), orEnd(beside(clients, stop))] as const;
    const [publishedCount] = await Promise.all(parts);
    await printLine(run, `published ${countedText(publishedCount, 'message')}`);
  } finally {
    clearTimeout(timer);
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Readers that keep up: of everything, or of the bars. */
async function startReaders(
  run: CommandRun,
  { readers, toNamespace }: DemoFlags,
  connection: Connection,
  clients: PulseMQClient[],
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; index < readers; index++) {
    const reader = await connect(run, connection, true, signal);
    clients.push(reader);
    await reader.subscribe(toNamespace, index % 2 === 0 ? '>' : '*.bar.1s', { onMessage: () => {} });
  }
}
