import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';

/** Loaded into a broker's process before anything else: SIGUSR2 ends the thread of its engine. */

const { Worker: Real, isMainThread } = threads;

if (isMainThread) {
  threads.Worker = class extends Real {
    constructor(file, options) {
      super(file, options);
      if (options?.name === 'pulsemq-engine') process.once('SIGUSR2', () => this.terminate());
    }
  };
  syncBuiltinESMExports();
}
