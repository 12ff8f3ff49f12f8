import { Argument, Command } from 'commander';
import type { CommandParser } from '../command-parser.js';
import type { CommandRun } from '../command-run.js';
import { type Shell, shells } from '../completion/shells.js';
import { exampleHelp } from '../options/help-text.js';
import { printLine } from '../output/standard-output.js';
import { runBody } from '../running/run-body.js';

const examples = exampleHelp([
  ['source <(pulsemq completion bash)', 'put this line into ~/.bashrc'],
  ['source <(pulsemq completion zsh)', 'put this line into ~/.zshrc, after compinit'],
  ['pulsemq completion fish > ~/.config/fish/completions/pulsemq.fish', 'run this once'],
]);

export const completionCommand = (run: CommandRun, parser: CommandParser): Command =>
  new Command('completion')
    .description('Print a script that makes a shell complete the commands, their options and option values.')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => runBody(run, 'whenDone', () => printScript(run, parser, shell)));

async function printScript(run: CommandRun, parser: CommandParser, shell: Shell): Promise<void> {
  const { completionScript } = await import('../completion/completion-script.js');
  await printLine(run, completionScript(shell, await parser([], true)));
}
