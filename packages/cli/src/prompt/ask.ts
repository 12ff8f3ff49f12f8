import { createInterface } from 'node:readline/promises';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';

/** True where somebody sits at a terminal. */
export const canAsk = (run: CommandRun): boolean => run.stdin.isTTY === true && run.stderr.isTTY === true;

/** Asks for a secret; what is typed is not shown. */
export function askSecret(run: CommandRun, question: string): Promise<string> {
  const { stdin, stderr } = run;
  // Before the question: what is typed at once must not be shown either.
  stdin.setRawMode?.(true);
  stderr.write(question);
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (settle: () => void): void => {
      stdin.off('data', take).pause();
      stdin.setRawMode?.(false);
      stderr.write('\n');
      settle();
    };
    const take = (keys: string): void => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') return finish(() => resolve(text));
        if (key === '\u0003' || key === '\u0004') {
          return finish(() => reject(new CommandError(ExitCode.interrupted, 'given up')));
        }
        text = key === '\u007f' || key === '\b' ? text.slice(0, -1) : text + key;
      }
    };
    stdin.on('data', take).resume();
  });
}

/** Asks for yes or no; no is the default. */
export async function confirm(run: CommandRun, question: string): Promise<boolean> {
  const prompt = createInterface({ input: run.stdin, output: run.stderr });
  // Ctrl-D, or Ctrl-C: nobody said yes.
  const ended = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  const answer = await Promise.race([prompt.question(`${question} [y/N] `), ended]);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}
