import type { CommandRun } from '../command-run.js';
import { ExitCode } from '../exit-code.js';
import { notice } from './notices.js';

/**
 * Calls `end` with an exit code when standard output can no longer be written: 0 when its reader has left (`| head`). The listeners are
 * never removed: a write may fail after the command has ended, and without a listener that would crash the process.
 */
export function watchOutput(run: CommandRun, end: (code: ExitCode) => void): void {
  run.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return end(ExitCode.ok);
    notice(run, `standard output cannot be written: ${error.message}`);
    end(ExitCode.usage);
  });
  // When standard error fails, there is no place left to report it.
  run.stderr.on('error', () => {});
}
