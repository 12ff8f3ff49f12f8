import { Command, Option } from 'commander';
import type { CommandRun } from '../command-run.js';
import { addConnectionOptions, type ConnectionFlags, connectionOf } from '../context/connection.js';
import type { ExitCode } from '../exit-code.js';
import { topicAddress } from '../options/address.js';
import { exampleHelp } from '../options/help-text.js';
import { duration, integer, positive } from '../options/parsers.js';
import { notice } from '../output/notices.js';
import { printJson, printLine } from '../output/standard-output.js';
import { byteText, countText } from '../output/units.js';
import { running } from '../running/running.js';
import { connect } from '../wire/connect.js';

interface BenchFlags extends ConnectionFlags {
  readonly size: number;
  readonly for: number;
  readonly rate: number;
  readonly topic: string;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq bench', 'two seconds flat out, two at 10,000 messages a second, 100 bytes each'],
  ['pulsemq bench --size 1024 --for 10s --rate 50000 --json', 'for a script'],
]);

export const benchCommand = (run: CommandRun): Command =>
  addConnectionOptions(
    new Command('bench')
      .description(
        'A quick test of a running broker: throughput from one publisher to one subscriber, every message acknowledged, then latency at a ' +
          'steady rate. Publisher and subscriber are this one process, so it measures both of them too; "npm run bench" of the project ' +
          'compares brokers.',
      )
      .option('--size <bytes>', 'bytes of a payload', integer(8, 1_048_576), 100)
      .addOption(
        new Option('--for <duration>', 'how long each of the two takes').argParser(duration).default(2_000, '2s'),
      )
      .option('--rate <rate>', 'messages a second while latency is measured', positive, 10_000)
      .option('--topic <topic>', 'what is published to', 'bench:self.test')
      .option('--json', 'print JSON'),
  )
    .addHelpText('after', examples)
    .action((flags: BenchFlags) => running(run, 'done', (signal) => bench(run, flags, signal)));

async function bench(run: CommandRun, flags: BenchFlags, signal: AbortSignal): Promise<undefined | ExitCode> {
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
    if (flags.json) {
      await printJson(run, { size: flags.size, throughput, latency });
      return undefined;
    }
    const lost = throughput.published - throughput.received;
    await printLine(
      run,
      `throughput  ${countText(throughput.messages_per_second)} messages/s, ${byteText(throughput.bytes_per_second)}/s ` +
        `(${countText(throughput.published)} of ${flags.size} bytes, all acknowledged, ${lost === 0 ? 'none' : lost} lost)`,
    );
    await printLine(
      run,
      `latency     p50 ${us(latency.p50_us)}, p90 ${us(latency.p90_us)}, p99 ${us(latency.p99_us)}, p99.9 ${us(latency.p999_us)}, ` +
        `max ${us(latency.max_us)} (${countText(latency.count)} at ${countText(latency.rate)}/s)`,
    );
  } finally {
    await Promise.all([publisher.close(), subscriber.close()]);
  }
  return undefined;
}

const us = (value: number): string => (value < 10_000 ? `${value} us` : `${(value / 1_000).toFixed(1)} ms`);
