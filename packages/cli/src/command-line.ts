import { CommanderError } from 'commander';
import { exitCodeOf } from './exit-code.js';
import { program } from './program.js';

/** Runs the command of these words to its end, and sets the exit code of the process. What went wrong is a line on standard error. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    const plain = meant(words);
    await (await program(plain)).parseAsync(plain, { from: 'user' });
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? usageCode(error) : (exitCodeOf(error) ?? 2);
    if (!(error instanceof CommanderError)) process.stderr.write(`pulsemq: ${textOf(error)}\n`);
  }
}

/** `pulsemq help pub` is what `pulsemq pub --help` is, as with other commands. */
function meant(words: readonly string[]): readonly string[] {
  return words[0] === 'help' ? [...words.slice(1), '--help'] : words;
}

/** Commander has said what is wrong, or has shown the help that was asked for. */
function usageCode(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : 2;
}

/** A line for what was foreseen, and where it happened for what was not. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return exitCodeOf(error) === undefined ? (error.stack ?? error.message) : error.message;
}
