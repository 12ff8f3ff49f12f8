import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PaceTotals, ReaderCalls, ReaderJob, StatusTotals, Totals, WantedStatus } from './reader-job.js';

const file = fileURLToPath(new URL('./reader-main.js', import.meta.url));

/** Readers in a process of their own, so that their work is not part of what is measured. */
export class ReaderProcess implements ReaderCalls {
  /** As JSON, a NaN would arrive as null. */
  readonly #child: ChildProcess = fork(file, { serialization: 'advanced' });

  /** Resolves when every lane is bound. */
  static async start(job: ReaderJob): Promise<ReaderProcess> {
    const readers = new ReaderProcess();
    await readers.#ask({ job });
    return readers;
  }

  subscribe(): Promise<void> {
    return this.#call('subscribe');
  }

  snapshotsEnded(): Promise<number> {
    return this.#call('snapshotsEnded');
  }

  stop(): Promise<void> {
    return this.#call('stop');
  }

  readOn(feeds: readonly number[]): Promise<void> {
    return this.#call('readOn', feeds);
  }

  settle(feeds: readonly number[]): Promise<Totals> {
    return this.#call('settle', feeds);
  }

  paced(): Promise<PaceTotals> {
    return this.#call('paced');
  }

  statuses(wanted: WantedStatus): Promise<StatusTotals> {
    return this.#call('statuses', wanted);
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #call<Result>(call: keyof ReaderCalls, argument?: unknown): Promise<Result> {
    return this.#ask({ call, argument }) as Promise<Result>;
  }

  #ask(message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void =>
        reject(new Error(`a reader process exited with code ${code}; its error is printed above`));
      this.#child.once('exit', onExit);
      this.#child.once('message', ({ result }: { result?: unknown }) => {
        this.#child.off('exit', onExit);
        resolve(result);
      });
      this.#child.send(message);
    });
  }
}
