import { Command } from 'commander';
import { addBrokerOptions, type BrokerFlags, brokerLayers } from '../broker/broker-settings.js';
import type { CommandRun } from '../command-run.js';
import { ExitCode, usageError } from '../exit-code.js';
import { exampleHelp } from '../options/help-text.js';
import { notice } from '../output/notices.js';
import { print, printJson, printLine, printResult } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

interface CheckFlags extends BrokerFlags {
  readonly effective?: boolean;
  readonly json?: boolean;
}

const examples = exampleHelp([
  ['pulsemq check config.yaml', 'prints one line if a broker would start with this file, else every problem'],
  ['pulsemq check config.yaml --effective', 'the configuration in force as YAML, each line with its source'],
  ['pulsemq check --effective --pub-port 6000', 'the same with environment variables and options alone'],
]);

export const checkCommand = (run: CommandRun): Command =>
  addBrokerOptions(
    new Command('check')
      .description(
        'Check a configuration (file, environment and options, as "serve" takes them) without starting a broker. Exit codes: 0 the ' +
          'configuration is valid, 1 the file does not exist, 2 there is a problem.',
      )
      .argument('[file]', 'YAML file with settings')
      .option('--effective', 'print every setting with its value and source as YAML; secrets are hidden')
      .option('--json', 'print JSON'),
  )
    .addHelpText('after', examples)
    .action((file: string | undefined, flags: CheckFlags) => runBody(run, 'whenDone', () => check(run, file, flags)));

async function check(run: CommandRun, given: string | undefined, flags: CheckFlags): Promise<void> {
  if (given !== undefined && flags.config !== undefined) throw usageError('give either a file or --config, not both');
  const { configProblems, effectiveConfig, effectiveYaml, shownSettings } = await import('@pulsemq/broker');
  const file = given ?? flags.config;
  const layers = await brokerLayers(run, { ...flags, ...(file !== undefined && { config: file }) });
  const problems = configProblems(layers);
  if (problems.length > 0) return printProblems(run, file, problems, flags);
  const effective = effectiveConfig(layers);
  for (const warning of effective.warnings) notice(run, warning);
  const settings = shownSettings(effective);
  if (flags.effective) return flags.json ? printJson(run, settings) : print(run, effectiveYaml(effective));
  const setCount = settings.filter(({ source }) => source !== 'default').length;
  await printResult(
    run,
    flags.json,
    { status: 'ok', file, setting_count: setCount, warnings: effective.warnings },
    `${file ?? 'the configuration'} is valid: ${setCount} of ${settings.length} settings are set`,
  );
}

async function printProblems(
  run: CommandRun,
  file: string | undefined,
  problems: readonly string[],
  flags: CheckFlags,
): Promise<void> {
  run.exitCode = ExitCode.usage;
  if (flags.json) return printJson(run, { status: 'bad', file, problems });
  for (const problem of problems) await printLine(run, `${file ?? 'configuration'}: ${problem}`);
}
