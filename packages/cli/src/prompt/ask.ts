import { createInterface } from 'node:readline/promises';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';

/** True when a person can answer: standard input and standard error are terminals. */
export const canAsk = (run: CommandRun): boolean => run.stdin.isTTY === true && run.stderr.isTTY === true;

/** Asks for a secret without showing what is typed. Throws a CommandError on Ctrl-C and Ctrl-D. */
export function askSecret(run: CommandRun, question: string): Promise<string> {
  const { stdin, stderr } = run;
  // Raw mode comes before the question, because a fast typist does not wait for it.
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
          return finish(() => reject(new CommandError(ExitCode.interrupted, 'stopped at the question')));
        }
        text = key === '\u007f' || key === '\b' ? text.slice(0, -1) : text + key;
      }
    };
    stdin.on('data', take).resume();
  });
}

/** Asks a yes-or-no question; the default is no. */
export async function confirm(run: CommandRun, question: string): Promise<boolean> {
  const prompt = createInterface({ input: run.stdin, output: run.stderr });
  // Ctrl-D and Ctrl-C close the prompt without an answer, which means no.
  const ended = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  const answer = await Promise.race([prompt.question(`${question} [y/N] `), ended]);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}
