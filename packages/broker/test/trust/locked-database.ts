import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** Holds the write lock of a database from another process. Call the returned function to let go; it resolves when that process is gone. */
export async function lockedDatabase(path: string): Promise<() => Promise<void>> {
  const holder = spawn(process.execPath, [new URL('./lock-holder.mjs', import.meta.url).pathname, path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    holder.kill();
  });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
