import type { Socket } from 'node:net';
import { wires } from '../wire/wires.js';
import type { ConnectJob, Worker } from './job.js';

/** On `go` opens connections, completes their handshakes, and holds them open. */
export class Connector implements Worker {
  readonly #job: ConnectJob;
  readonly #sockets: Socket[] = [];
  #endedCount = 0;

  constructor(job: ConnectJob) {
    this.#job = job;
  }

  /** Open connections. */
  get count(): number {
    return this.#sockets.length - this.#endedCount;
  }

  async go(): Promise<void> {
    const { connectionCount, atOnceCount } = this.#job;
    let begunCount = 0;
    const openSome = async (): Promise<void> => {
      while (begunCount < connectionCount) {
        begunCount++;
        await this.#open();
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnceCount, connectionCount) }, openSome));
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open(): Promise<void> {
    const socket = await wires[this.#job.wire].openIdle(this.#job.address);
    socket.once('close', () => this.#endedCount++);
    socket.resume();
    this.#sockets.push(socket);
  }
}
