import { syncBuiltinESMExports } from 'node:module';
import threads, { type Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** The threads that are started from now on, until the test is over. They are real; the test may end one. */
export function recordedThreads(): Worker[] {
  const { Worker: Real } = threads;
  const started: Worker[] = [];
  class Recorded extends Real {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  }
  const use = (worker: typeof Worker): void => {
    threads.Worker = worker;
    syncBuiltinESMExports();
  };
  use(Recorded);
  onTestFinished(() => use(Real));
  return started;
}
