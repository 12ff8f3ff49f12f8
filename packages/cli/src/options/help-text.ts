import { ExitCode, exitCodeMeaning } from '../exit-code.js';

/** The exit codes, as the help shows them. */
export function exitCodeHelp(): string {
  const lines = Object.values(ExitCode).map((code) => `  ${String(code).padStart(3)}  ${exitCodeMeaning[code]}`);
  return ['Exit codes:', ...lines].join('\n');
}

/** Examples below a help text; each is the line and what it does. */
export function exampleHelp(examples: readonly (readonly [line: string, what: string])[]): string {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  return ['', 'Examples:', ...lines].join('\n');
}
