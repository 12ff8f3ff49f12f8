import { createServer, type Server, type Socket } from 'node:net';
import { PacedQueue } from './paced-queue.js';
import { acceptRaw, canAcceptRaw, closeHandle, type ReadListener, readOrdinary, socketOfHandle } from './raw-accept.js';

/**
 * Connections that the kernel may hold before they are accepted. libuv accepts all of them in one turn, about 100 us each, and ticks wait: with
 * a backlog of 4,096, 3,000 connects at once held ticks up for 100 ms.
 */
const backlogCount = 256;

/** Makes connections for a listener. */
export interface Acceptor {
  /** Makes the connection around a socket and returns where its reads go. */
  accept(makeSocket: (onRead: ReadListener) => Socket): void;
}

/** A listening port. */
export class Listener {
  readonly #server: Server;
  /** Handles that libuv has accepted and that have no connection yet. */
  readonly #accepted: PacedQueue<unknown>;
  readonly #isRaw: boolean;

  private constructor(server: Server, accepted: PacedQueue<unknown>, isRaw: boolean) {
    this.#server = server;
    this.#accepted = accepted;
    this.#isRaw = isRaw;
  }

  /** Listens, or rejects with the system's error. Port 0 takes any free one. */
  static async open(
    host: string,
    port: number,
    acceptor: Acceptor,
    mode: 'raw' | 'ordinary' = 'raw',
  ): Promise<Listener> {
    const server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
      acceptor.accept((onRead) => {
        readOrdinary(socket, onRead);
        return socket;
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: backlogCount }, resolve);
    });
    const isRaw = mode === 'raw' && canAcceptRaw(server);
    const accepted = new PacedQueue<unknown>((handle) => acceptor.accept((onRead) => socketOfHandle(handle, onRead)));
    if (isRaw) acceptRaw(server, (handle) => accepted.push(handle));
    return new Listener(server, accepted, isRaw);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Whether sockets read into the shared buffer. */
  get isRaw(): boolean {
    return this.#isRaw;
  }

  /** Accepts nothing new. Connections that are open stay. */
  close(): void {
    this.#server.close();
    for (const handle of this.#accepted.take()) closeHandle(handle);
  }
}
