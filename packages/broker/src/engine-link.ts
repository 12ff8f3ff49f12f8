import { Worker } from 'node:worker_threads';
import type { EngineCommand, EngineEvent, EngineLink } from './port.js';

/** Starts the engine in a thread of its own and gives the control plane's end of the port. */
export function engineInWorker(): EngineLink {
  const worker = new Worker(new URL('./engine/worker.js', import.meta.url), { name: 'pulsemq-engine' });
  let listener: (event: EngineEvent) => void = () => {};
  let ending = false;
  worker.on('message', (events: EngineEvent[]) => {
    for (const event of events) listener(event);
  });
  worker.on('error', (error) =>
    listener({ kind: 'failed', code: 'ENGINE_CRASHED', message: error.stack ?? String(error) }),
  );
  worker.on('exit', (code) => {
    if (!ending)
      listener({ kind: 'failed', code: 'ENGINE_EXITED', message: `the engine thread ended with code ${code}` });
  });
  return {
    send: (command: EngineCommand) => worker.postMessage(command),
    onEvent: (next) => {
      listener = next;
    },
    terminate: async () => {
      ending = true;
      await worker.terminate();
    },
  };
}
