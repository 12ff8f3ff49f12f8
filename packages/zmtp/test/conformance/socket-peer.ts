import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { Peer, type PeerOptions } from '../../src/peer.js';

/** One of our peers on a real socket. */
export class SocketPeer {
  readonly peer: Peer;
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
  readonly #messages: Uint8Array[][] = [];
  readonly #commands: string[] = [];
  #wake = (): void => {};

  constructor(socket: Socket, options: PeerOptions) {
    let onReady = (): void => {};
    this.ready = new Promise((resolve) => {
      onReady = resolve;
    });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.peer = new Peer(options, {
      send: (bytes) => socket.write(bytes),
      onReady,
      onMessage: (frames) => {
        this.#messages.push(frames);
        this.#wake();
      },
      onCommand: (name, body) => {
        this.#commands.push(`${name} ${Buffer.from(body).toString()}`.trim());
        this.#wake();
      },
    });
    socket.on('data', (chunk) => {
      try {
        this.peer.push(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {});
    this.peer.start();
  }

  /** The next message, as hex. */
  async message(): Promise<string[]> {
    while (this.#messages.length === 0) await this.#change();
    return this.#messages.shift()!.map((frame) => Buffer.from(frame).toString());
  }

  async command(): Promise<string> {
    while (this.#commands.length === 0) await this.#change();
    return this.#commands.shift()!;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** A listening peer of ours; resolves `accepted` with the first connection. */
export async function listen(options: PeerOptions): Promise<{ address: string; accepted: Promise<SocketPeer> }> {
  let onAccepted: (peer: SocketPeer) => void = () => {};
  const accepted = new Promise<SocketPeer>((resolve) => {
    onAccepted = resolve;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    onAccepted(new SocketPeer(socket, { ...options, role: 'server' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, accepted };
}

/** Connects a peer of ours to an address of libzmq's. */
export async function dial(address: string, options: PeerOptions): Promise<SocketPeer> {
  const socket = connect({ host: '127.0.0.1', port: Number(address.split(':').at(-1)) });
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
  });
  return new SocketPeer(socket, { ...options, role: 'client' });
}
