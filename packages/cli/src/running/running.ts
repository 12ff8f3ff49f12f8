import { CommandError, ExitCode } from '../exit-code.js';

/** How long a command that was told to stop may take before the process ends anyway. */
const stopWithinMs = 800;

const endSignals = { SIGINT: ExitCode.interrupted, SIGTERM: ExitCode.terminated, SIGHUP: ExitCode.terminated } as const;

/**
 * Runs the body of a command. SIGINT and SIGTERM fire its signal; it ends within a second then, with 0 when it runs until it is told
 * to stop, else with 130 or 143. A reader that has seen enough (`| head`) ends it quietly.
 */
export async function running(
  endsWhen: 'told' | 'done',
  body: (signal: AbortSignal) => Promise<undefined | ExitCode>,
): Promise<void> {
  const controller = new AbortController();
  let signalCode: ExitCode | null = null;
  const stop = (name: NodeJS.Signals): void => {
    signalCode ??= endsWhen === 'told' ? ExitCode.ok : endSignals[name as keyof typeof endSignals];
    const code = signalCode;
    if (controller.signal.aborted) process.exit(code);
    controller.abort(new CommandError(code, 'stopped'));
    setTimeout(() => process.exit(code), stopWithinMs).unref();
  };
  for (const name of Object.keys(endSignals)) process.on(name, stop);
  passOverBrokenPipes();
  try {
    const code = await body(controller.signal);
    process.exitCode = signalCode ?? code ?? ExitCode.ok;
  } catch (error) {
    if (signalCode === null) throw error;
    process.exitCode = signalCode;
  } finally {
    // What waits for more input must not keep the process.
    process.stdin.unref?.();
  }
}

/** A reader that has seen enough ends the command quietly. */
export function passOverBrokenPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(ExitCode.ok);
    throw error;
  });
  // Nobody reads what goes wrong: nobody can be told.
  process.stderr.on('error', () => {});
}

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
