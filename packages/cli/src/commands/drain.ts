import { type Command, Option } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { duration } from '../options/parsers.js';
import { printResult } from '../output/standard-output.js';
import { pause } from '../running/pause.js';

interface DrainFlags extends AdminFlags {
  readonly within: number;
}

const betweenAsksMs = 200;
/** The broker writes what waits after its clients have moved, and stores its statistics. */
const endMs = 10_000;

const examples = exampleHelp([
  ['pulsemq drain', 'clients that know another broker move there, and this one ends'],
  ['pulsemq drain --within 5s', 'closes the remaining connections after five seconds'],
]);

export const drainCommand = (run: CommandRun): Command =>
  adminCommand(run, 'drain', 'let the clients of a broker move to other brokers, and end it', drain)
    .addOption(
      new Option('--within <duration>', 'time that clients have to move').argParser(duration).default(30_000, '30s'),
    )
    .addHelpText('after', examples);

async function drain(client: AdminClient, flags: DrainFlags): Promise<void> {
  const within_s = Math.ceil(flags.within / 1_000);
  await client.send('POST', '/api/drain', { within_s });
  const deadlineMs = performance.now() + within_s * 1_000 + endMs;
  let hasEnded = false;
  while (!hasEnded && performance.now() < deadlineMs) {
    await pause(betweenAsksMs, client.signal);
    hasEnded = await client.get('/health').then(
      () => false,
      () => true,
    );
  }
  const status = hasEnded ? 'ended' : 'draining';
  await printResult(client.run, flags.json, { status }, hasEnded ? 'the broker has ended' : 'the broker still drains');
}
