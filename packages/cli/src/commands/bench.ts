import { Command, Option } from 'commander';
import type { Latency, Throughput } from '../bench/measure.js';
import type { CommandRun } from '../command-run.js';
import { connectionOf } from '../context/connection.js';
import { topicAddress } from '../options/address.js';
import { addConnectionOptions, type ConnectionFlags } from '../options/connection-options.js';
import { exampleHelp } from '../options/help-text.js';
import { duration, integer, positive } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { byteText, countText } from '../output/units.js';
import { runBody } from '../running/run-body.js';
import { connect } from '../wire/connect.js';

interface BenchFlags extends ConnectionFlags {
  readonly size: number;
  readonly for: number;
  readonly rate: number;
  readonly topic: string;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq bench', 'two seconds at full speed, then two seconds at 10,000 messages per second, 100 bytes each'],
  ['pulsemq bench --size 1024 --for 10s --rate 50000 --json', 'other sizes and times, printed as JSON'],
]);

export const benchCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('bench')
      .description(
        'Measure a running broker: first the throughput from one publisher to one subscriber, with every message acknowledged, then the ' +
          'latency at a steady rate. Publisher and subscriber run in this process, so their cost is part of the result. To compare ' +
          'brokers, use "npm run bench" in the PulseMQ repository.',
      )
      .option('--size <bytes>', 'size of a payload in bytes', integer(8, 1_048_576), 100)
      .addOption(
        new Option('--for <duration>', 'duration of each measurement').argParser(duration).default(2_000, '2s'),
      )
      .option('--rate <rate>', 'messages per second of the latency measurement', positive, 10_000)
      .option('--topic <topic>', 'topic to publish to', 'bench:self.test')
      .option('--json', 'print the result as JSON'),
  )
    .addHelpText('after', examples)
    .action((flags: BenchFlags) => runBody(run, 'whenDone', (signal) => bench(run, flags, signal)));

async function bench(run: CommandRun, flags: BenchFlags, signal: AbortSignal): Promise<void> {
  const { measureLatency, measureThroughput } = await import('../bench/measure.js');
  const { namespace, name } = topicAddress(flags.topic);
  const settings = { namespace, topic: name, payloadBytes: flags.size, forMs: flags.for, latencyRate: flags.rate };
  const connection = await connectionOf(run, flags);
  const publisher = await connect(run, connection, false, signal);
  const subscriber = await connect(run, connection, false, signal);
  try {
    if (run.stderr.isTTY) notice(run, `measuring for ${(2 * flags.for) / 1_000} s`);
    const throughput = await measureThroughput(publisher, subscriber, settings, signal);
    const latency = await measureLatency(publisher, subscriber, settings, signal);
    if (flags.json) await printJson(run, { size: flags.size, throughput, latency });
    else await printLine(run, `${throughputText(throughput, flags.size)}\n${latencyText(latency)}`);
  } finally {
    await Promise.all([publisher.close(), subscriber.close()]);
  }
}

function throughputText(measured: Throughput, payloadBytes: number): string {
  const lostCount = measured.published - measured.received;
  return (
    `throughput  ${countText(measured.messages_per_second)} messages/s, ${byteText(measured.bytes_per_second)}/s ` +
    `(${countText(measured.published)} of ${payloadBytes} bytes, all acknowledged, ${lostCount === 0 ? 'none' : lostCount} lost)`
  );
}

const latencyText = (measured: Latency): string =>
  `latency     p50 ${usText(measured.p50_us)}, p90 ${usText(measured.p90_us)}, p99 ${usText(measured.p99_us)}, ` +
  `p99.9 ${usText(measured.p999_us)}, max ${usText(measured.max_us)} ` +
  `(${countText(measured.count)} at ${countText(measured.rate)}/s)`;

const usText = (us: number): string => (us < 10_000 ? `${us} us` : `${(us / 1_000).toFixed(1)} ms`);
