import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BackupHeader } from '@pulsemq/broker';
import { Command } from 'commander';
import { type AdminFlags, addAdminOptions } from '../admin-api/admin-address.js';
import { AdminClient } from '../admin-api/admin-client.js';
import { brokenAnswer } from '../admin-api/admin-request.js';
import { backupProblem } from '../broker/backup-problem.js';
import { type DatabaseFlags, databaseFile, databaseOptions } from '../broker/broker-settings.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printResult } from '../output/standard-output.js';
import { byteText } from '../output/units.js';
import { runBody } from '../running/run-body.js';

interface BackupFlags extends AdminFlags, DatabaseFlags {
  readonly force?: boolean;
}

/** A database of many gigabytes takes minutes before the first byte comes. */
const answerWithinMs = 290_000;

const examples = exampleHelp([
  ['pulsemq backup pulsemq.backup', 'asks the running broker; needs a user of type super_admin'],
  ['pulsemq backup pulsemq.backup --db-path pulsemq.db', 'takes the database of a stopped broker'],
]);

export const backupCommand = (run: CommandRun): Command => {
  const command = addAdminOptions(
    new Command('backup')
      .description(
        'Make a backup of the database while the broker runs: users, grants, namespaces, topics, settings, rules, webhooks, audit log and ' +
          'statistics as of one moment. The backup is checked before it gets its name. It has hashes and secrets, so only you can read it.',
      )
      .argument('<file>', 'file to write')
      .option('--force', 'replace a file that exists'),
  );
  for (const option of databaseOptions()) command.addOption(option.helpGroup('Of a stopped broker:'));
  return command
    .addHelpText('after', examples)
    .action((file: string, flags: BackupFlags) =>
      runBody(run, 'whenDone', (signal) => backup(run, file, flags, signal)),
    );
};

async function backup(run: CommandRun, file: string, flags: BackupFlags, signal: AbortSignal): Promise<void> {
  if (!flags.force && existsSync(run.path(file))) {
    throw usageError(`${file} exists already; give another name, or --force to replace it`);
  }
  const folder = dirname(file);
  if (!existsSync(run.path(folder))) throw new CommandError(ExitCode.missingFile, `folder not found: ${folder}`);
  const isOffline = flags.config !== undefined || flags.dbPath !== undefined;
  const header = await (isOffline ? ofDatabase(run, file, flags) : ofBroker(run, file, flags, signal)).catch(
    (error: unknown) => {
      throw backupProblem(error);
    },
  );
  await printResult(
    run,
    flags.json,
    { status: 'made', file, ...header },
    `${file}: ${byteText(header.bytes)}, schema ${header.schema}, checked`,
  );
}

async function ofDatabase(run: CommandRun, file: string, flags: BackupFlags): Promise<BackupHeader> {
  const { backUpDatabase } = await import('@pulsemq/broker');
  const database = { config: flags.config, dbPath: flags.dbPath };
  return backUpDatabase(await databaseFile(run, database, 'make the backup with pg_dump'), run.path(file));
}

async function ofBroker(run: CommandRun, file: string, flags: BackupFlags, signal: AbortSignal): Promise<BackupHeader> {
  const { writeBackup } = await import('@pulsemq/broker');
  const client = new AdminClient(run, flags, signal);
  const response = await client.open('POST', '/api/backup', undefined, answerWithinMs);
  return writeBackup(run.path(file), async function* () {
    try {
      yield* response.body!;
    } catch (error) {
      throw brokenAnswer(error);
    }
  });
}
