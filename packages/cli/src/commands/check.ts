import type { ConfigLayer } from '@pulsemq/broker';
import { Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { ExitCode } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { printJson, printLine } from '../output/standard-output.js';
import { printRows } from '../output/table.js';
import { running } from '../running/running.js';

interface CheckFlags {
  readonly effective?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq check config.yaml', '0 and one line when a broker would start with it, else 2 and what is wrong'],
  ['pulsemq check config.yaml --effective', 'every setting with its value and where it comes from'],
]);

export const checkCommand = (run: CommandRun): Command =>
  new Command('check')
    .description(
      'Check a configuration file without starting a broker. 1: there is no such file; 2: something is wrong with it.',
    )
    .argument('<file>', 'YAML file with settings')
    .option('--effective', 'print every setting, its value and its source; secrets are not shown')
    .option('--json', 'print JSON, for scripts')
    .addHelpText('after', examples)
    .action((file: string, flags: CheckFlags) => running(run, 'done', () => check(run, file, flags)));

async function check(run: CommandRun, file: string, flags: CheckFlags): Promise<undefined | ExitCode> {
  const { configProblems, effectiveConfig, readConfigFile, shownSettings } = await import('@pulsemq/broker');
  const layers: ConfigLayer[] = [{ source: 'file', values: readConfigFile(file, run.cwd) }];
  const problems = configProblems(layers);
  if (problems.length > 0) return tellProblems(run, file, problems, flags);
  const settings = shownSettings(effectiveConfig(layers));
  if (flags.effective) {
    await printRows(
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
    return undefined;
  }
  const givenCount = settings.filter(({ source }) => source === 'file').length;
  if (flags.json) await printJson(run, { status: 'ok', file, setting_count: givenCount });
  else await printLine(run, `${file} is good: ${givenCount} settings of ${settings.length} are given`);
  return undefined;
}

async function tellProblems(
  run: CommandRun,
  file: string,
  problems: readonly string[],
  flags: CheckFlags,
): Promise<ExitCode> {
  if (flags.json) await printJson(run, { status: 'bad', file, problems });
  else for (const problem of problems) await printLine(run, `${file}: ${problem}`);
  return ExitCode.usage;
}
