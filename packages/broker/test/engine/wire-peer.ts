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
import {
  encodeCancel,
  encodeMessage,
  encodePing,
  encodePong,
  encodeSubscribe,
  FrameDecoder,
  FrameFlag,
  Handshake,
  parseCommand,
  parsePing,
} from '@pulsemq/zmtp';

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
interface WirePeerOptions {
  readonly socketType: 'DEALER' | 'SUB' | 'XSUB';
  readonly plain?: { readonly username: string; readonly password: string };
}

/** A peer that speaks the wire frame by frame: what a client in another language could send, and things none should. */
export class WirePeer {
  readonly socket: Socket;
  readonly messages = new Inbox<Uint8Array[]>();
  readonly closed: Promise<unknown>;
  readonly #commands = new Inbox<string>();
  readonly #decoder = new FrameDecoder({ maxFrameBytes: 67_108_864 }, this);
  #frames: Uint8Array[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  static async open(port: number, options: WirePeerOptions, localAddress?: string): Promise<WirePeer> {
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    await once(socket, 'connect');
    return WirePeer.over(socket, options);
  }

  /** Shakes hands on a socket that is open. */
  static async over(socket: Socket, options: WirePeerOptions): Promise<WirePeer> {
    let ready = (): void => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const mechanism =
      options.plain === undefined
        ? { mechanisms: ['NULL'] as const }
        : { mechanisms: ['PLAIN'] as const, plain: options.plain };
    const handshake = new Handshake({
      role: 'client',
      socketType: options.socketType,
      ...mechanism,
      send: (bytes) => socket.write(bytes),
    });
    const wire = new WirePeer(socket);
    socket.on('data', (chunk) => {
      try {
        const at = handshake.state === 'ready' ? 0 : handshake.push(chunk);
        if (handshake.state === 'ready') ready();
        if (at < chunk.length) wire.#decoder.push(chunk, at);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('error', () => {});
    handshake.start();
    await Promise.race([
      isReady,
      wire.closed.then(() => Promise.reject(new Error('closed before the handshake was done'))),
    ]);
    return wire;
  }

  /** Called for each frame: gathers messages and answers PINGs. */
  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    if ((flags & FrameFlag.command) !== 0) return this.#onCommand(buf, start, end);
    this.#frames.push(new Uint8Array(buf.subarray(start, end)));
    if ((flags & FrameFlag.more) !== 0) return;
    this.messages.push(this.#frames);
    this.#frames = [];
  }

  #onCommand(buf: Uint8Array, start: number, end: number): void {
    const { name, bodyStart, bodyEnd } = parseCommand(buf, start, end);
    if (name === 'PING') this.socket.write(encodePong(parsePing(buf, bodyStart, bodyEnd).context));
    else this.#commands.push(name);
  }

  send(parts: MessageParts): void {
    this.socket.write(encodeMessage(messageFrames(parts)));
  }

  subscribe(prefix: Uint8Array | string): void {
    this.socket.write(encodeSubscribe(typeof prefix === 'string' ? Buffer.from(prefix) : prefix, 'command'));
  }

  cancel(prefix: string): void {
    this.socket.write(encodeCancel(Buffer.from(prefix), 'command'));
  }

  /** Resolves when the broker has worked off everything sent here so far: its PONG comes after that. */
  async pong(): Promise<void> {
    this.socket.write(encodePing(0));
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

  auth(username: string, token: string, more: object = {}): Promise<{ type: number; body: Record<string, unknown> }> {
    return this.request({
      type: MessageType.auth,
      username,
      payload: Buffer.from(JSON.stringify({ username, token, ...more })),
    });
  }

  close(): Promise<unknown> {
    this.socket.destroy();
    return this.closed;
  }
}
