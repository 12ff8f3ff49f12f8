import { Argument, Command } from 'commander';
import type { CommandRun } from '../command-run.js';
import { exampleHelp } from '../options/help-text.js';
import { printLine } from '../output/standard-output.js';
import { running } from '../running/running.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const examples = exampleHelp([
  ['source <(pulsemq completion bash)', 'in ~/.bashrc'],
  ['source <(pulsemq completion zsh)', 'in ~/.zshrc, behind compinit'],
  ['pulsemq completion fish > ~/.config/fish/completions/pulsemq.fish', 'once'],
]);

export const completionCommand = (run: CommandRun): Command =>
  new Command('completion')
    .description('Print a script that lets a shell complete commands, options and their values.')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) =>
      running(run, 'done', async () => {
        const [{ program }, { completionScript }] = await Promise.all([
          import('../program.js'),
          import('../completion/completion-script.js'),
        ]);
        await printLine(run, completionScript(shell, await program(run, [], true)));
        return undefined;
      }),
    );
