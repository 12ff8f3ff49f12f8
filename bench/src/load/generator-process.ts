import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ask, Counts, Job, Latency, Report } from './job.js';

const file = fileURLToPath(new URL('./generator.js', import.meta.url));

/** A generator in a process of its own. */
export class GeneratorProcess {
  readonly #kind: Job['kind'];
  readonly #child: ChildProcess;

  private constructor(kind: Job['kind']) {
    this.#kind = kind;
    this.#child = fork(file);
  }

  /** Resolves when its connections are open and its subscriptions live. */
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

  /** Begins what waits for it; resolves with how long it took, milliseconds. */
  go(): Promise<number> {
    return this.#do('go');
  }

  /** Ends what `go` began, to begin again later; resolves when nothing of it is going on, with how long that took, milliseconds. */
  rest(): Promise<number> {
    return this.#do('rest');
  }

  ask(ask: Ask): void {
    this.#child.send({ ask });
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
        reject(new Error(`the load generator "${this.#kind}" ended with ${code}: its reason stands above`));
      this.#child.on('message', onMessage);
      this.#child.once('exit', onExit);
    });
  }
}
