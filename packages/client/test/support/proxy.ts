import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type Direction = 'toBroker' | 'toClient';

/** A TCP proxy that can close its connections, or keep them open and drop all bytes. */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<[Socket, Socket]>();
  #swallowed: 'nothing' | Direction | 'both' = 'nothing';
  #answer: ((near: Socket) => void) | null = null;
  #isRefusing = false;
  #edit: (text: string) => string = (text) => text;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** A proxy to a local port. It is closed after the test. */
  static async to(target: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (near) => proxy.#join(near, target));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      proxy.cut();
      server.close();
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get linkCount(): number {
    return this.#links.size;
  }

  /** Closes every connection. */
  cut(): void {
    for (const [near, far] of this.#links) {
      near.destroy();
      far.destroy();
    }
  }

  /** Drops all bytes of one or both directions from now on, without closing connections. */
  swallow(direction: Direction | 'both' = 'both'): void {
    this.#swallowed = direction;
  }

  /** Whether new connections are closed at once. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  /** Replaces a text where it stands last in each read of what the broker sends. Both must have the same length. */
  replaceLast(text: string, by: string): void {
    this.#edit = (chunk) => {
      const at = chunk.lastIndexOf(text);
      return at < 0 ? chunk : chunk.slice(0, at) + by + chunk.slice(at + text.length);
    };
  }

  /** From now on the next bytes of a client do not reach the broker: `answer` gets its socket instead. */
  answerInstead(answer: (near: Socket) => void): void {
    this.#answer = answer;
  }

  #join(near: Socket, target: number): void {
    if (this.#isRefusing) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    const link: [Socket, Socket] = [near, far];
    this.#links.add(link);
    for (const [from, to, direction] of [
      [near, far, 'toBroker'],
      [far, near, 'toClient'],
    ] as const) {
      from.on('data', (chunk) => {
        if (this.#answer !== null && direction === 'toBroker') return this.#answer(near);
        if (this.#swallowed === direction || this.#swallowed === 'both') return;
        to.write(direction === 'toClient' ? Buffer.from(this.#edit(chunk.toString('latin1')), 'latin1') : chunk);
      });
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        this.#links.delete(link);
      });
    }
  }
}
