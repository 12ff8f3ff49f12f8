import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { canAsk, confirm } from './ask.js';

/** Asks before something that cannot be undone; a script says --yes. */
export async function beSure(question: string, isYes: boolean | undefined): Promise<void> {
  if (isYes) return;
  if (!canAsk()) throw usageError(`${question} Say --yes to do it without being asked.`);
  if (!(await confirm(question))) throw new CommandError(ExitCode.interrupted, 'nothing was changed');
}
