import { Command } from 'commander';
import { backupProblem } from '../broker/backup-problem.js';
import { addDatabaseOptions, type DatabaseFlags, databaseFile } from '../broker/broker-settings.js';
import type { CommandRun } from '../command-run.js';
import { requireFile } from '../input/source.js';
import { exampleHelp } from '../options/help-text.js';
import { printResult } from '../output/standard-output.js';
import { byteText } from '../output/units.js';
import { requireConfirmation } from '../prompt/confirmation.js';
import { runBody } from '../running/run-body.js';

interface RestoreFlags extends DatabaseFlags {
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq restore pulsemq.backup', 'in the folder of a stopped broker'],
  ['pulsemq restore pulsemq.backup --check', 'checks the backup and changes nothing'],
]);

export const restoreCommand = (run: CommandRun): Command =>
  addDatabaseOptions(
    new Command('restore')
      .description(
        'Replace the database of a stopped broker with the one in a backup. The backup is checked first: its length, its checksum, and the ' +
          'integrity of the database in it. The old database is kept beside it. Passwords, tokens, rights and admin log-ins are ' +
          'then those of the time of the backup.',
      )
      .argument('<file>', 'backup to restore')
      .option('--check', 'only check the backup')
      .option('-y, --yes', 'do not ask for confirmation')
      .option('--json', 'print JSON'),
  )
    .addHelpText('after', examples)
    .action((file: string, flags: RestoreFlags) =>
      runBody(run, 'whenDone', () =>
        (flags.check ? check(run, file, flags) : restore(run, file, flags)).catch((error: unknown) => {
          throw backupProblem(error);
        }),
      ),
    );

async function check(run: CommandRun, file: string, flags: RestoreFlags): Promise<void> {
  const { verifyBackup } = await import('@pulsemq/broker');
  const header = await verifyBackup(run.path(file));
  const { bytes, schema, created_at, version } = header;
  await printResult(
    run,
    flags.json,
    { status: 'ok', file, ...header },
    `${file} is whole: ${byteText(bytes)}, schema ${schema}, made ${created_at} by PulseMQ ${version}`,
  );
}

async function restore(run: CommandRun, file: string, flags: RestoreFlags): Promise<void> {
  const { restoreBackup } = await import('@pulsemq/broker');
  const path = await databaseFile(run, flags, 'restore a backup of it with pg_restore');
  requireFile(run, file);
  await requireConfirmation(run, `Replace the database ${path} with the one in ${file}?`, flags.yes);
  const { header, keptAt } = await restoreBackup(run.path(file), path);
  const kept = keptAt === undefined ? '' : `; the database that was there is kept as ${keptAt}`;
  await printResult(
    run,
    flags.json,
    { status: 'restored', db_path: path, kept_at: keptAt ?? null, ...header },
    `restored ${path} as of ${header.created_at}${kept}`,
  );
}
