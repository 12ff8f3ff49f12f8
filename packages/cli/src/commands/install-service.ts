import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { isInHome, serviceUnit } from '../broker/service-unit.js';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { notice } from '../output/notices.js';
import { print, printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

interface ServiceFlags {
  readonly print?: boolean;
  readonly force?: boolean;
  readonly user: string;
  readonly data: string;
  readonly config?: string;
  readonly unit: string;
}

/** Settings for the service as environment variables, one a line; may be missing. */
const environmentFile = '/etc/pulsemq/environment';

const examples = exampleHelp([
  [
    'sudo pulsemq install-service',
    'writes /etc/systemd/system/pulsemq.service, and prints the commands that start the service',
  ],
  ['pulsemq install-service --print', 'prints the unit and writes nothing'],
  ['sudo pulsemq install-service --user feed --data /srv/pulsemq --config /etc/pulsemq/config.yaml', 'other places'],
]);

export const installServiceCommand = (run: CommandRun): Command =>
  new Command('install-service')
    .description(
      'Write a unit of systemd that runs the broker as an unprivileged user, with the rest of the system read-only. It does not start the service.',
    )
    .option('--print', 'print the unit and write nothing')
    .option('--force', 'replace a unit that exists')
    .option('--user <name>', 'user and group that run the broker', 'pulsemq')
    .option('--data <folder>', 'folder of the database, the log and .pulsemq_admin', '/var/lib/pulsemq')
    .option('--config <file>', 'YAML file with settings (default: none; the environment file below is always read)')
    .option('--unit <file>', 'file to write', '/etc/systemd/system/pulsemq.service')
    .addHelpText(
      'after',
      `\nThe service reads settings from ${environmentFile} too, such as PULSEMQ_SERVER_PUB_PORT=6000.\n${examples}`,
    )
    .action((flags: ServiceFlags) => runBody(run, 'whenDone', () => installService(run, flags)));

async function installService(run: CommandRun, flags: ServiceFlags): Promise<void> {
  refusePlaces(flags);
  const program = fileURLToPath(new URL('../../bin/pulsemq.js', import.meta.url));
  const unit = serviceUnit({
    node: process.execPath,
    program,
    user: flags.user,
    dataFolder: flags.data,
    configFile: flags.config,
    environmentFile,
  });
  if (flags.print) return print(run, unit);
  write(run, flags, unit);
  await printLine(run, `wrote ${flags.unit}. Next, as root:`);
  for (const line of nextSteps(flags)) await printLine(run, `  ${line}`);
  const hidden = [process.execPath, program].find(isInHome);
  if (hidden !== undefined) {
    notice(
      run,
      `${hidden} is in a home folder, which the user ${flags.user} must be able to read; install Node and pulsemq elsewhere if it is not`,
    );
  }
}

/** The unit splits its lines at spaces, and systemd takes absolute paths only. */
function refusePlaces({ user, data, config, unit }: ServiceFlags): void {
  if (!/^[a-z_][a-z0-9_-]{0,30}$/.test(user))
    throw usageError(`--user ${user} is not the name of a user of the system`);
  for (const [flag, path] of [
    ['--data', data],
    ['--config', config],
    ['--unit', unit],
  ] as const) {
    if (path !== undefined && !/^\/[\w./@:+-]*$/.test(path)) {
      throw usageError(`${flag} ${path}: give an absolute path of letters, digits and . _ - + @ : /`);
    }
  }
}

function write(run: CommandRun, { unit, force }: ServiceFlags, text: string): void {
  if (!force && existsSync(run.path(unit))) {
    throw usageError(`${unit} exists already; give --force to replace it, or --print to see what would be written`);
  }
  try {
    mkdirSync(dirname(run.path(unit)), { recursive: true });
    writeFileSync(run.path(unit), text, { mode: 0o644 });
  } catch (error) {
    throw new CommandError(ExitCode.usage, `${unit} cannot be written: ${(error as Error).message}`);
  }
}

const nextSteps = ({ user, data, unit }: ServiceFlags): string[] => [
  `id ${user} || useradd --system --user-group --home-dir ${data} --shell /usr/sbin/nologin ${user}`,
  `install -d -o ${user} -g ${user} -m 0700 ${data}`,
  'systemctl daemon-reload',
  `systemctl enable --now ${unit.split('/').at(-1)}`,
];
