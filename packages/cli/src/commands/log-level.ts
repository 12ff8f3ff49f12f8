import { type ApiLogLevel, logLevels } from '@pulsemq/protocol';
import { Argument, type Command } from 'commander';
import type { AdminFlags } from '../admin-api/admin-address.js';
import type { AdminClient } from '../admin-api/admin-client.js';
import { adminCommand } from '../admin-api/admin-command.js';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { printResult } from '../output/standard-output.js';

const examples = exampleHelp([
  ['pulsemq log-level', 'prints the level'],
  ['pulsemq log-level debug', 'until the broker is started again or gets SIGHUP'],
]);

export const logLevelCommand = (run: CommandRun): Command =>
  adminCommand(run, 'log-level', 'show or change the level of the log of a running broker', logLevel)
    .addArgument(new Argument('[level]', 'lowest level that is logged').choices(logLevels))
    .addHelpText('after', examples);

async function logLevel(client: AdminClient, flags: AdminFlags, level: string | undefined): Promise<void> {
  const path = '/api/log-level';
  const reply =
    level === undefined ? await client.get<ApiLogLevel>(path) : await client.send<ApiLogLevel>('PUT', path, { level });
  await printResult(client.run, flags.json, reply, reply.level);
}
