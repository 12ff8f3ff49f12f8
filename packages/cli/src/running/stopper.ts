import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode } from '../exit-code.js';
import { watchOutput } from '../output/watch-output.js';

/** Time from the first signal until the command is abandoned. A person who pressed Ctrl-C waits for the prompt. */
const stopWithinMs = 800;

/** Signals that stop a command, and the exit code of a command that is stopped before it is done. */
const stopSignals: readonly (readonly [name: string, code: ExitCode])[] = [
  ['SIGINT', ExitCode.interrupted],
  ['SIGTERM', ExitCode.terminated],
  ['SIGHUP', ExitCode.terminated],
];

/** Whether a command ends by itself, or runs until it is stopped. Stopping the second kind is a success: exit code 0. */
export type Ending = 'whenDone' | 'whenStopped';

/** Turns signals into an AbortSignal, and abandons a command that does not obey it in time. */
export class Stopper {
  readonly #run: CommandRun;
  readonly #listeners: readonly (readonly [name: string, listener: () => void])[];
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #resolveAbandoned: () => void = () => {};
  /** Resolves when the command must end although its body has not. */
  readonly abandoned = new Promise<void>((resolve) => {
    this.#resolveAbandoned = resolve;
  });
  /** Exit code of the command once it was stopped; null before. */
  code: ExitCode | null = null;

  constructor(run: CommandRun, ending: Ending) {
    this.#run = run;
    this.#listeners = stopSignals.map(([name, code]) => [
      name,
      () => this.#stop(ending === 'whenStopped' ? ExitCode.ok : code),
    ]);
    for (const [name, listener] of this.#listeners) run.signals.on(name, listener);
    watchOutput(run, (code) => this.#abandon(code));
  }

  /** Aborts when the command is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening to signals. */
  close(): void {
    clearTimeout(this.#timer);
    for (const [name, listener] of this.#listeners) this.#run.signals.off(name, listener);
  }

  #stop(code: ExitCode): void {
    if (this.code !== null) return this.#abandon(this.code);
    this.#abort(code);
    this.#timer = setTimeout(() => this.#abandon(code), stopWithinMs);
  }

  #abort(code: ExitCode): void {
    this.code = code;
    this.#controller.abort(new CommandError(code, 'stopped'));
  }

  #abandon(code: ExitCode): void {
    this.#abort(code);
    this.#run.exit(code);
    this.#resolveAbandoned();
  }
}
