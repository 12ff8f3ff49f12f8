import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { canAsk, confirm } from './ask.js';

/** Asks before an action that cannot be undone. Throws a CommandError when the answer is no, or when there is no terminal. */
export async function requireConfirmation(
  run: CommandRun,
  question: string,
  isYes: boolean | undefined,
): Promise<void> {
  if (isYes) return;
  if (!canAsk(run)) throw usageError(`${question} This needs a confirmation: give --yes, or run it on a terminal.`);
  if (!(await confirm(run, question))) throw new CommandError(ExitCode.interrupted, 'nothing was changed');
}
