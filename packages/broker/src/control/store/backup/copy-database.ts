import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BackupError } from './backup-error.js';
import type { CopyResult, DatabaseCopy } from './copy-process.js';

const program = fileURLToPath(new URL('./copy-process.js', import.meta.url));

/**
 * Copies a database into a new file that only its owner can read, while others write the database. The copy is whole: its integrity is
 * checked. Throws a BackupError, also when the signal aborts, and leaves no file then.
 */
export async function copyDatabase(from: string, to: string, signal?: AbortSignal): Promise<DatabaseCopy> {
  const child = fork(program, [from, to], {
    // Options of this process, such as those of a debugger, are not for the child.
    execArgv: [],
    stdio: 'ignore',
    killSignal: 'SIGKILL',
    ...(signal !== undefined && { signal }),
  });
  const result = await new Promise<CopyResult | { readonly ended: string }>((resolve) => {
    child.once('message', (message) => resolve(message as CopyResult));
    child.once('error', (error) => resolve({ ended: error.message }));
    child.once('exit', (code, killedBy) => resolve({ ended: `its process ended with ${code ?? killedBy}` }));
  });
  if ('copy' in result) return result.copy;
  // A process that was ended leaves its half copy; one that failed has removed it.
  if ('ended' in result) rmSync(to, { force: true });
  const cause = 'ended' in result ? result.ended : result.failed;
  throw new BackupError('BACKUP_FAILED', `the database cannot be copied to ${to}: ${cause}`);
}
