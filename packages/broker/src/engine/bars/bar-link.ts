import { Worker } from 'node:worker_threads';
import type { BarEvent, BarRequest, BarThreadData } from '../../bars/thread-messages.js';

/** Starts the thread of the bars. */
export type StartBarThread = (data: BarThreadData) => Worker;

/** Starts the file as it was built. */
export const startBarThread: StartBarThread = (data) =>
  new Worker(new URL('../../bars/bar-thread.js', import.meta.url), { name: 'pulsemq-bars', workerData: data });

/** What the owner of the thread learns. */
export interface BarListener {
  event(event: BarEvent): void;
  /** The thread has ended with an error; a new one must be opened. */
  failed(error: Error): void;
}

/** The engine's handle of the thread that makes bars. Counts the bytes that the thread has not dealt with. */
export class BarLink {
  /** Bytes of deliveries that were sent and not dealt with. */
  sentBytes = 0;
  readonly #worker: Worker;
  #isEnded = false;

  constructor(data: BarThreadData, listener: BarListener, startThread: StartBarThread) {
    this.#worker = startThread(data);
    this.#worker.on('message', (event: BarEvent) => {
      if (event.kind === 'taken') this.sentBytes -= event.bytes;
      listener.event(event);
    });
    this.#worker.on('error', (error) => {
      if (!this.#isEnded) listener.failed(error);
      this.#isEnded = true;
    });
  }

  send(request: BarRequest): void {
    if (!this.#isEnded) this.#worker.postMessage(request);
  }

  /** Sends deliveries. Their memory goes to the thread. */
  sendDeliveries(source: number, deliveries: Uint8Array<ArrayBuffer>): void {
    if (this.#isEnded) return;
    this.sentBytes += deliveries.length;
    this.#worker.postMessage({ kind: 'messages', source, deliveries } satisfies BarRequest, [deliveries.buffer]);
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    await this.#worker.terminate();
  }
}
