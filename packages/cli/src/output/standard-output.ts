/** Standard output that is waited for: who writes faster than it is read holds a line, not all of them. */

/** Writes; resolves when there is room for more, or when the signal fires. */
export async function print(text: string | Uint8Array, signal?: AbortSignal): Promise<void> {
  if (process.stdout.write(text) || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      process.stdout.off('drain', finish);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    process.stdout.once('drain', finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

export const printLine = (text: string, signal?: AbortSignal): Promise<void> => print(`${text}\n`, signal);

/** One JSON value on one line, for scripts. */
export const printJson = (value: unknown): Promise<void> => printLine(JSON.stringify(value));
