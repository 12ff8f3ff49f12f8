import type { Writable } from 'node:stream';
import type { CommandRun } from '../command-run.js';
import { type Ending, Stopper } from './stopper.js';

/**
 * Runs the body of a command, which may set `run.exitCode`. SIGINT, SIGTERM or SIGHUP aborts the body's signal; the body then has 800 ms to
 * end, and a second signal ends the command at once. A stopped command ends with 130 or 143, or with 0 if it runs until it is stopped.
 */
export async function runBody(
  run: CommandRun,
  ending: Ending,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopper = new Stopper(run, ending);
  try {
    await Promise.race([body(stopper.signal), stopper.abandoned]);
  } catch (error) {
    // What fails because the command was stopped is not an error of its own.
    if (stopper.code === null) throw error;
  } finally {
    if (stopper.code !== null) run.exitCode = stopper.code;
    // A reader of standard output that is slow, but still reads, gets what was printed before the signal.
    if (stopper.code !== null) await Promise.race([written(run.stdout), stopper.abandoned]);
    stopper.close();
    // A pending read must not keep the process alive.
    run.stdin.unref?.();
  }
}

/** Resolves when all earlier writes have been taken or have failed. */
const written = (stream: Writable): Promise<void> => new Promise((resolve) => stream.write('', () => resolve()));
