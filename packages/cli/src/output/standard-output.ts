import type { CommandRun } from '../command-run.js';

/** Writes to standard output that wait for its reader, so that memory holds one line, not all that wait. */

/** Writes. Resolves when there is room for more, or when the signal aborts. */
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

/** Writes one JSON value on one line. */
export const printJson = (run: CommandRun, value: unknown): Promise<void> => printLine(run, JSON.stringify(value));

/** Writes the result of a command: a JSON value with --json, else a line for people. */
export const printResult = (
  run: CommandRun,
  isJson: boolean | undefined,
  value: unknown,
  text: string,
): Promise<void> => (isJson ? printJson(run, value) : printLine(run, text));
