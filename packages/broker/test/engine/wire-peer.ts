import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  type DeliveryBlock,
  decodeDeliveryBlock,
  type Message,
  type MessageParts,
  MessageType,
  messageFrames,
  parseMessage,
} from '@pulsemq/protocol';
import { encodeMessage, Peer } from '@pulsemq/zmtp';

/** A queue one can wait on. */
class Inbox<Item> {
  readonly #items: Item[] = [];
  readonly #waiting: ((item: Item) => void)[] = [];

  push(item: Item): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#items.push(item);
    else next(item);
  }

  next(): Promise<Item> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get size(): number {
    return this.#items.length;
  }
}

/** What came in a delivery. */
export interface Delivery extends Message {
  readonly key: string;
  readonly block: DeliveryBlock | undefined;
}

/** Options of a wire peer beyond where it connects to. */
interface PeerOptions {
  readonly socketType: 'DEALER' | 'SUB' | 'XSUB';
  readonly plain?: { readonly username: string; readonly password: string };
}

/** A peer that speaks the wire frame by frame: what a client in another language could send, and things none should. */
export class WirePeer {
  readonly socket: Socket;
  readonly messages = new Inbox<Uint8Array[]>();
  readonly closed: Promise<unknown>;
  readonly #commands = new Inbox<string>();
  readonly #peer: Peer;

  private constructor(socket: Socket, peer: Peer) {
    this.socket = socket;
    this.#peer = peer;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async open(port: number, options: PeerOptions, localAddress?: string): Promise<WirePeer> {
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    await once(socket, 'connect');
    let ready = (): void => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const mechanism =
      options.plain === undefined
        ? { mechanisms: ['NULL'] as const }
        : { mechanisms: ['PLAIN'] as const, plain: options.plain };
    const peer: Peer = new Peer(
      { role: 'client', socketType: options.socketType, ...mechanism },
      {
        send: (bytes) => socket.write(bytes),
        onReady: () => ready(),
        onMessage: (frames) => wire.messages.push(frames),
        onCommand: (name) => wire.#commands.push(name),
      },
    );
    const wire = new WirePeer(socket, peer);
    socket.on('data', (chunk) => {
      try {
        peer.push(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {});
    peer.start();
    await Promise.race([
      isReady,
      wire.closed.then(() => Promise.reject(new Error('closed before the handshake was done'))),
    ]);
    return wire;
  }

  send(parts: MessageParts): void {
    this.socket.write(encodeMessage(messageFrames(parts)));
  }

  subscribe(prefix: Uint8Array | string): void {
    this.#peer.subscribe(typeof prefix === 'string' ? Buffer.from(prefix) : prefix);
  }

  cancel(prefix: string): void {
    this.#peer.cancel(Buffer.from(prefix));
  }

  /** Resolves when the broker has worked off everything sent here so far: its PONG comes after that. */
  async pong(): Promise<void> {
    this.#peer.ping();
    if ((await this.#commands.next()) !== 'PONG') throw new Error('expected PONG');
  }

  /** The next reply, and its JSON. */
  async reply(): Promise<{ type: number; body: Record<string, unknown> }> {
    const message = parseMessage(await this.messages.next());
    if (typeof message === 'string') throw new Error(message);
    const text = Buffer.from(message.payload).toString();
    return { type: message.header.type, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  async request(parts: MessageParts): Promise<{ type: number; body: Record<string, unknown> }> {
    this.send(parts);
    return this.reply();
  }

  /** The next message on the subscriber port. */
  async delivery(): Promise<Delivery> {
    const [key, ...frames] = await this.messages.next();
    const message = parseMessage(frames);
    if (typeof message === 'string') throw new Error(message);
    return { ...message, key: Buffer.from(key!).toString('latin1'), block: decodeDeliveryBlock(message.reserved) };
  }

  auth(username: string, token: string): Promise<{ type: number; body: Record<string, unknown> }> {
    return this.request({
      type: MessageType.auth,
      username,
      payload: Buffer.from(JSON.stringify({ username, token })),
    });
  }

  close(): Promise<unknown> {
    this.socket.destroy();
    return this.closed;
  }
}
