import type { CommandRun } from '../command-run.js';

/** Standard output that is waited for: who writes faster than it is read holds a line, not all of them. */

/** Writes; resolves when there is room for more, or when the signal fires. */
export async function print(run: CommandRun, text: string | Uint8Array, signal?: AbortSignal): Promise<void> {
  if (run.stdout.write(text) || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      run.stdout.off('drain', finish);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    run.stdout.once('drain', finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

export const printLine = (run: CommandRun, text: string, signal?: AbortSignal): Promise<void> =>
  print(run, `${text}\n`, signal);

/** One JSON value on one line, for scripts. */
export const printJson = (run: CommandRun, value: unknown): Promise<void> => printLine(run, JSON.stringify(value));

/** What a command has done: the API's own object for scripts, a line for people. */
export const printResult = (
  run: CommandRun,
  isJson: boolean | undefined,
  value: unknown,
  text: string,
): Promise<void> => (isJson ? printJson(run, value) : printLine(run, text));
