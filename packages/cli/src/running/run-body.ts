import type { Writable } from 'node:stream';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { notice } from '../output/notices.js';

/** How long a command that was told to stop may take before the process ends anyway. */
const stopWithinMs = 800;

/** Signals that stop a command, and the exit code of one that is stopped before it is done. */
const stopSignals: readonly (readonly [name: string, code: ExitCode])[] = [
  ['SIGINT', ExitCode.interrupted],
  ['SIGTERM', ExitCode.terminated],
  ['SIGHUP', ExitCode.terminated],
];

/**
 * Runs the body of a command, and sets the exit code. SIGINT, SIGTERM and SIGHUP abort the body's signal. It then has 800 ms to end; a
 * second signal ends it at once. The exit code is 0 for a command that runs until it is stopped, else 130 or 143. A reader that leaves
 * (`| head`) ends the command with 0.
 */
export async function running(
  run: CommandRun,
  endsWhen: 'told' | 'done',
  body: (signal: AbortSignal) => Promise<undefined | ExitCode>,
): Promise<void> {
  const stopper = new Stopper(run, endsWhen);
  try {
    const code = await Promise.race([body(stopper.signal), stopper.forced]);
    run.exitCode = stopper.code ?? code ?? ExitCode.ok;
  } catch (error) {
    if (stopper.code === null) throw error;
    run.exitCode = stopper.code;
  } finally {
    // Output that was printed before the signal is still delivered, as long as its reader takes it in time.
    if (stopper.code !== null) await Promise.race([written(run.stdout), stopper.forced]);
    stopper.end();
    // A pending read must not keep the process alive.
    run.stdin.unref?.();
  }
}

/** Turns the signals of the process into an AbortSignal, and into an end when the command does not obey. */
class Stopper {
  readonly #run: CommandRun;
  readonly #listeners: readonly (readonly [name: string, listener: () => void])[];
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #resolveForced: (code: ExitCode) => void = () => {};
  /** Resolves with the exit code when the command must end before its body has. */
  readonly forced = new Promise<ExitCode>((resolve) => {
    this.#resolveForced = resolve;
  });
  /** What the command ends with once it was stopped. */
  code: ExitCode | null = null;

  constructor(run: CommandRun, endsWhen: 'told' | 'done') {
    this.#run = run;
    this.#listeners = stopSignals.map(([name, code]) => [
      name,
      () => this.#stop(endsWhen === 'told' ? ExitCode.ok : code),
    ]);
    for (const [name, listener] of this.#listeners) run.signals.on(name, listener);
    watchOutput(run, (code) => this.#force(code));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#timer);
    for (const [name, listener] of this.#listeners) this.#run.signals.off(name, listener);
  }

  #stop(code: ExitCode): void {
    if (this.code !== null) return this.#force(this.code);
    this.#abort(code);
    this.#timer = setTimeout(() => this.#force(code), stopWithinMs);
  }

  #abort(code: ExitCode): void {
    this.code = code;
    this.#controller.abort(new CommandError(code, 'stopped'));
  }

  #force(code: ExitCode): void {
    this.#abort(code);
    this.#run.exit(code);
    this.#resolveForced(code);
  }
}

/**
 * Calls `end` with the exit code when standard output cannot be written any more: 0 when its reader has left. The listeners stay: a write
 * may fail after the command has ended, and without a listener that would crash the process.
 */
export function watchOutput(run: CommandRun, end: (code: ExitCode) => void): void {
  run.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return end(ExitCode.ok);
    notice(run, `standard output cannot be written: ${error.message}`);
    end(ExitCode.usage);
  });
  // When standard error is gone, there is no place left to report it.
  run.stderr.on('error', () => {});
}

/** Resolves when everything written so far has been taken, or never will be. */
const written = (stream: Writable): Promise<void> => new Promise((resolve) => stream.write('', () => resolve()));

/** Waits so long; ends early when the signal fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
