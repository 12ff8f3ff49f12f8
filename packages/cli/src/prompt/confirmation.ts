import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { canAsk, confirm } from './ask.js';

/** Asks before something that cannot be undone; a script says --yes. */
export async function beSure(run: CommandRun, question: string, isYes: boolean | undefined): Promise<void> {
  if (isYes) return;
  if (!canAsk(run)) throw usageError(`${question} Say --yes to do it without being asked.`);
  if (!(await confirm(run, question))) throw new CommandError(ExitCode.interrupted, 'nothing was changed');
}
