import type { PulseMQClient } from '@pulsemq/client';
import { Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { type Connection, connectionOf } from '../context/connection.js';
import { topicAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { duration, integer, positive } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';

interface BenchFlags extends ConnectionFlags {
  readonly size: number;
  readonly for: number;
  readonly rate: number;
  readonly topic: string;
  readonly publishers: number;
  readonly subscribers: number;
  readonly json?: boolean;
}

/** Publishers, and subscribers, of one process. */
const clientLimit = 100;

const examples = exampleHelp([
  ['pulsemq bench', 'two seconds at full speed, then two seconds at 10,000 messages per second, 100 bytes each'],
  ['pulsemq bench --size 1024 --for 10s --rate 50000 --json', 'other sizes and times, printed as JSON'],
  [
    'pulsemq bench --publishers 2 --subscribers 5 --rate 1000',
    'two publishers, five subscribers; the broker allows a user ten sessions (limits.max_sessions_per_user)',
  ],
]);

export const benchCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('bench')
      .description(
        'Measure a running broker: first the throughput from publishers to subscribers, with every message acknowledged, then the ' +
          'latency at a steady rate, with a histogram. Every subscriber gets the messages of all publishers. All of them run in this ' +
          'process, so their cost is part of the result. To compare brokers, use "npm run bench" in the PulseMQ repository.',
      )
      .option('--size <bytes>', 'size of a payload in bytes', integer(8, 1_048_576), 100)
      .addOption(
        new Option('--for <duration>', 'duration of each measurement').argParser(duration).default(2_000, '2s'),
      )
      .option('--rate <rate>', 'messages per second of the latency measurement, of all publishers', positive, 10_000)
      .option('--publishers <count>', 'publishers, each with a connection of its own', integer(1, clientLimit), 1)
      .option('--subscribers <count>', 'subscribers, each with a connection of its own', integer(1, clientLimit), 1)
      .option('--topic <topic>', 'topic to publish to', 'bench:self.test')
      .option('--json', 'print the result as JSON'),
  )
    .addHelpText('after', examples)
    .action((flags: BenchFlags) => runBody(run, 'whenDone', (signal) => bench(run, flags, signal)));

async function bench(run: CommandRun, flags: BenchFlags, signal: AbortSignal): Promise<void> {
  const [{ measureLatency, measureThroughput }, { latencyText, throughputText }] = await Promise.all([
    import('../bench/measure.js'),
    import('../bench/bench-text.js'),
  ]);
  const { namespace, name } = topicAddress(flags.topic);
  const settings = { namespace, topic: name, payloadBytes: flags.size, forMs: flags.for, latencyRate: flags.rate };
  const connection = await connectionOf(run, flags);
  const clients: PulseMQClient[] = [];
  try {
    const publishers = await connectAll(run, connection, flags.publishers, clients, signal);
    const subscribers = await connectAll(run, connection, flags.subscribers, clients, signal);
    if (run.stderr.isTTY) notice(run, `measuring for ${(2 * flags.for) / 1_000} s`);
    const throughput = await measureThroughput({ publishers, subscribers }, settings, signal);
    const latency = await measureLatency({ publishers, subscribers }, settings, signal);
    const { size, publishers: publisherCount, subscribers: subscriberCount } = flags;
    if (flags.json) {
      const counts = { size, publishers: publisherCount, subscribers: subscriberCount };
      return await printJson(run, { ...counts, throughput, latency });
    }
    await printLine(run, `${throughputText(throughput, size, subscriberCount)}\n${latencyText(latency)}`);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Connects one after the other, and adds each to `clients`, which the caller closes. */
async function connectAll(
  run: CommandRun,
  connection: Connection,
  count: number,
  clients: PulseMQClient[],
  signal: AbortSignal,
): Promise<PulseMQClient[]> {
  const added: PulseMQClient[] = [];
  for (let index = 0; index < count; index++) {
    const client = await connect(run, connection, false, signal);
    clients.push(client);
    added.push(client);
  }
  return added;
}
