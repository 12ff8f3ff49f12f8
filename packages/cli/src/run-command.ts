import { CommanderError } from 'commander';
import type { CommandIo } from './command-io.js';
import { CommandRun } from './command-run.js';
import { ExitCode, exitCodeOf } from './exit-code.js';
import { program } from './program.js';

/**
 * Runs a command line, given as words without `node` and the script, and resolves with the exit code. Errors are written to `io.stderr`,
 * never thrown. Several calls may run at the same time: they share no state.
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  const run = new CommandRun(io);
  const words = withHelpFlag(argv);
  try {
    await (await program(run, words)).parseAsync(words, { from: 'user' });
  } catch (error) {
    // Commander has already printed the mistake, or the requested help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    io.stderr.write(`pulsemq: ${textOf(error)}\n`);
    return exitCodeOf(error) ?? ExitCode.usage;
  }
  return run.exitCode;
}

/** `pulsemq help pub` means `pulsemq pub --help`. */
const withHelpFlag = (words: readonly string[]): readonly string[] =>
  words[0] === 'help' ? [...words.slice(1), '--help'] : words;

/** One line for an expected error; the stack for a bug. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return exitCodeOf(error) === undefined ? (error.stack ?? error.message) : error.message;
}
