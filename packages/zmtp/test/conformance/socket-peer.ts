import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { encodeMessage } from '../../src/frame-encoder.js';
import type { HandshakeOptions } from '../../src/handshake-options.js';
import { text } from '../support/bytes.js';
import { TestPeer } from '../support/test-peer.js';

/** Options of a peer, without the role, which follows from `listen` or `dial`. */
type SocketPeerOptions = Omit<HandshakeOptions, 'send' | 'role'>;

/** A test peer on a real socket. */
export class SocketPeer {
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #peer: TestPeer;
  readonly #messages: Uint8Array[][] = [];
  readonly #commands: string[] = [];
  #wake = (): void => {};

  constructor(socket: Socket, options: SocketPeerOptions, role: 'server' | 'client') {
    this.#socket = socket;
    let onReady = (): void => {};
    this.ready = new Promise((resolve) => {
      onReady = resolve;
    });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    const handler = {
      send: (bytes: Uint8Array) => void socket.write(peer.protect(bytes)),
      onMessage: (frames: Uint8Array[]) => {
        this.#messages.push(frames);
        this.#wake();
      },
      onCommand: (name: string, body: Uint8Array) => {
        this.#commands.push(`${name} ${Buffer.from(body).toString()}`.trim());
        this.#wake();
      },
    };
    const peer = new TestPeer({ ...options, role }, handler);
    this.#peer = peer;
    socket.on('data', (chunk) => {
      try {
        peer.push(chunk);
        if (peer.handshake.state === 'ready') onReady();
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {});
    peer.handshake.start();
  }

  /** Sends one message. */
  send(frames: readonly string[]): void {
    this.write(encodeMessage(frames.map(text)));
  }

  /** Sends one whole frame. */
  write(frame: Uint8Array): void {
    this.#socket.write(this.#peer.protect(frame));
  }

  /** The next message, each frame as text. */
  async message(): Promise<string[]> {
    while (this.#messages.length === 0) await this.#change();
    return this.#messages.shift()!.map((frame) => Buffer.from(frame).toString());
  }

  /** The next command: its name, and its body as text. */
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

/** Listens on a free port; `accepted` resolves with the first connection. `onBytes` gets what it sends. */
export async function listen(
  options: SocketPeerOptions,
  onBytes: (chunk: Uint8Array) => void = () => {},
): Promise<{ address: string; accepted: Promise<SocketPeer> }> {
  let onAccepted: (peer: SocketPeer) => void = () => {};
  const accepted = new Promise<SocketPeer>((resolve) => {
    onAccepted = resolve;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', (chunk) => onBytes(new Uint8Array(chunk)));
    onAccepted(new SocketPeer(socket, options, 'server'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, accepted };
}

/** Connects to the address of a libzmq socket. */
export async function dial(address: string, options: SocketPeerOptions): Promise<SocketPeer> {
  const socket = connect({ host: '127.0.0.1', port: Number(address.split(':').at(-1)) });
  await once(socket, 'connect');
  onTestFinished(() => {
    socket.destroy();
  });
  return new SocketPeer(socket, options, 'client');
}
