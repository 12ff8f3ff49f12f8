import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ask, Counts, Job, Latency, Report } from './job.js';
import { startPython } from './python-process.js';

const file = fileURLToPath(new URL('./generator.js', import.meta.url));

/** A load generator in a process of its own. */
export class GeneratorProcess {
  readonly #kind: Job['kind'];
  readonly #child: ChildProcess;

  private constructor(kind: Job['kind']) {
    this.#kind = kind;
    this.#child = kind === 'pythonReceive' || kind === 'pythonPublish' ? startPython() : fork(file);
  }

  /** Resolves when its connections are open and its subscriptions are live. */
  static async start(job: Job): Promise<GeneratorProcess> {
    const generator = new GeneratorProcess(job.kind);
    generator.#child.send({ job });
    await generator.#next('ready');
    return generator;
  }

  counts(): Promise<Counts> {
    const counts = this.#next('counts');
    this.ask('counts');
    return counts as Promise<Counts>;
  }

  latency(): Promise<Latency> {
    const latency = this.#next('latency');
    this.ask('latency');
    return latency as Promise<Latency>;
  }

  /** Starts a job that waits for `go`. Resolves when it has started, with the milliseconds that took. */
  go(): Promise<number> {
    return this.#do('go');
  }

  /** Ends what `go` started; `go` may follow again. Resolves when no request is under way, with the milliseconds that took. */
  rest(): Promise<number> {
    return this.#do('rest');
  }

  ask(ask: Ask): void {
    this.#child.send({ ask });
  }

  /** Stops the process where it is: it reads nothing, and its kernel still takes what fits. `thaw` lets it go on. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  async #do(ask: 'go' | 'rest'): Promise<number> {
    const done = this.#next('done');
    this.ask(ask);
    return ((await done) as Extract<Report, { kind: 'done' }>).elapsedMs;
  }

  #next(kind: Report['kind']): Promise<Report> {
    return new Promise((resolve, reject) => {
      const onMessage = (report: Report): void => {
        if (report.kind !== kind) return;
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        resolve(report);
      };
      const onExit = (code: number | null): void =>
        reject(new Error(`the load generator "${this.#kind}" exited with code ${code}; its error is printed above`));
      this.#child.on('message', onMessage);
      this.#child.once('exit', onExit);
    });
  }
}
