import { createInterface } from 'node:readline/promises';
import { CommandError, ExitCode } from '../exit-code.js';

/** True where somebody sits at a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks for a secret; what is typed is not shown. */
export function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // Before the question: what is typed at once must not be shown either.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.setEncoding('utf8');
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (settle: () => void): void => {
      stdin.off('data', take).pause();
      stdin.setRawMode(false);
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
export async function confirm(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-D, or Ctrl-C: nobody said yes.
  const ended = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  const answer = await Promise.race([prompt.question(`${question} [y/N] `), ended]);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}
