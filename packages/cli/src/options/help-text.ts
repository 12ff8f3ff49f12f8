import { Command } from 'commander';
import { ExitCode, exitCodeMeaning } from '../exit-code.js';

/** The table of exit codes in the help. */
export function exitCodeHelp(): string {
  const lines = Object.values(ExitCode).map((code) => `  ${String(code).padStart(3)}  ${exitCodeMeaning[code]}`);
  return ['Exit codes:', ...lines].join('\n');
}

/** Examples at the end of a help text: a command line, and what it does. */
export function exampleHelp(examples: readonly (readonly [line: string, effect: string])[]): string {
  const lines = examples.map(([line, effect]) => `  ${line}\n      ${effect}`);
  return ['', 'Examples:', ...lines].join('\n');
}

/** A sub-command whose description is its summary as a sentence. */
export const summedUpCommand = (name: string, summary: string): Command =>
  new Command(name).summary(summary).description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
