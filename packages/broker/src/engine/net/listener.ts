import { createServer, type Server, type Socket } from 'node:net';
import type { Guard } from '../../guard.js';
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

/** What a listener needs besides its address. */
export interface ListenerContext {
  readonly guard: Guard;
  /** A connection could not be accepted. The listener goes on. */
  onAcceptError(error: NodeJS.ErrnoException): void;
}

/** A listening port. */
export class Listener {
  readonly #server: Server;
  /** Handles that libuv has accepted and that have no connection yet. */
  readonly #accepted: PacedQueue<unknown>;
  /** Sockets read into the shared buffer. */
  readonly isRaw: boolean;

  private constructor(server: Server, accepted: PacedQueue<unknown>, isRaw: boolean) {
    this.#server = server;
    this.#accepted = accepted;
    this.isRaw = isRaw;
  }

  /** Listens, or rejects with the system's error. Port 0 takes any free one. */
  static async open(
    host: string,
    port: number,
    acceptor: Acceptor,
    { guard, onAcceptError }: ListenerContext,
    mode: 'raw' | 'ordinary' = 'raw',
  ): Promise<Listener> {
    const accept = (makeSocket: (onRead: ReadListener) => Socket): void =>
      guard.run('accepting a connection', () => acceptor.accept(makeSocket));
    const server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) =>
      accept((onRead) => {
        readOrdinary(socket, onRead);
        return socket;
      }),
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: backlogCount }, resolve);
    });
    // Without a listener an error of accept, such as too few descriptors, would end the thread.
    server.removeAllListeners('error').on('error', onAcceptError);
    const isRaw = mode === 'raw' && canAcceptRaw(server);
    const work = (handle: unknown): void => accept((onRead) => socketOfHandle(handle, onRead));
    const accepted = new PacedQueue<unknown>('accepting a connection', guard, work);
    if (isRaw) acceptRaw(server, (handle) => accepted.push(handle));
    return new Listener(server, accepted, isRaw);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Accepts nothing new. Connections that are open stay. */
  close(): void {
    this.#server.close();
    for (const handle of this.#accepted.take()) closeHandle(handle);
  }
}
