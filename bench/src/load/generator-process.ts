import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ask, Job, Report } from './job.js';

const file = fileURLToPath(new URL('./generator.js', import.meta.url));

/** A generator in a process of its own. */
export class GeneratorProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when its connections are open and its subscriptions live. */
  static async start(job: Job): Promise<GeneratorProcess> {
    const generator = new GeneratorProcess(fork(file));
    generator.#child.send({ job });
    await generator.#next('ready');
    return generator;
  }

  async counts(): Promise<Extract<Report, { kind: 'counts' }>> {
    this.ask('counts');
    return this.#next('counts');
  }

  async latency(): Promise<Extract<Report, { kind: 'latency' }>> {
    this.ask('latency');
    return this.#next('latency');
  }

  ask(ask: Ask): void {
    this.#child.send({ ask });
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #next<Kind extends Report['kind']>(kind: Kind): Promise<Extract<Report, { kind: Kind }>> {
    return new Promise((resolve, reject) => {
      const onMessage = (report: Report): void => {
        if (report.kind !== kind) return;
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        resolve(report as Extract<Report, { kind: Kind }>);
      };
      const onExit = (code: number | null): void => reject(new Error(`a load generator ended with ${code}`));
      this.#child.on('message', onMessage);
      this.#child.once('exit', onExit);
    });
  }
}
