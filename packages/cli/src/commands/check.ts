import type { ConfigLayer } from '@pulsemq/broker';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine, printResult } from '../output/standard-output.js';
import { printRows } from '../output/table.js';
import { runBody } from '../running/run-body.js';

interface CheckFlags {
  readonly effective?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq check config.yaml', 'prints one line if a broker would start with this file, else every problem'],
  ['pulsemq check config.yaml --effective', 'every setting with its value and where the value comes from'],
]);

export const checkCommand = (run: CommandRun): Command =>
  new Command('check')
    .description(
      'Check a configuration file without starting a broker. Exit codes: 0 the file is valid, 1 it does not exist, 2 it has a problem.',
    )
    .argument('<file>', 'YAML file with settings')
    .option('--effective', 'print every setting with its value and source; secrets are hidden')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action((file: string, flags: CheckFlags) => runBody(run, 'whenDone', () => check(run, file, flags)));

async function check(run: CommandRun, file: string, flags: CheckFlags): Promise<void> {
  const { configProblems, effectiveConfig, readConfigFile, shownSettings } = await import('@pulsemq/broker');
  const layers: ConfigLayer[] = [{ source: 'file', values: readConfigFile(file, run.cwd) }];
  const problems = configProblems(layers);
  if (problems.length > 0) return printProblems(run, file, problems, flags);
  const settings = shownSettings(effectiveConfig(layers));
  if (flags.effective) {
    return printRows(
      run,
      settings,
      [
        { title: 'KEY', value: (one) => one.key },
        { title: 'VALUE', value: (one) => one.value },
        { title: 'UNIT', value: (one) => one.unit },
        { title: 'SOURCE', value: (one) => one.source },
      ],
      { json: flags.json, none: '' },
    );
  }
  const givenCount = settings.filter(({ source }) => source === 'file').length;
  await printResult(
    run,
    flags.json,
    { status: 'ok', file, setting_count: givenCount },
    `${file} is valid: it sets ${givenCount} of ${settings.length} settings`,
  );
}

async function printProblems(
  run: CommandRun,
  file: string,
  problems: readonly string[],
  flags: CheckFlags,
): Promise<void> {
  run.exitCode = ExitCode.usage;
  if (flags.json) return printJson(run, { status: 'bad', file, problems });
  for (const problem of problems) await printLine(run, `${file}: ${problem}`);
}
