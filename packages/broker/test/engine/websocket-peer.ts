import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A client that speaks WebSocket byte by byte (RFC 6455): what a browser sends, and things none should. */

/** The request of an upgrade, with other lines where they are given; null leaves a line out. */
export function upgradeRequest(path = '/', lines: Readonly<Record<string, string | null>> = {}): string {
  const all: Record<string, string | null> = {
    Host: '127.0.0.1:5555',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'pulsemq.zmtp',
    ...lines,
  };
  const shown = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return `GET ${path} HTTP/1.1\r\n${shown.join('\r\n')}\r\n\r\n`;
}

/** A frame of a client. `first` is its first byte: the final bit and the type. */
export function clientFrame(payload: Uint8Array, first = 0x82): Buffer {
  const size = payload.length;
  const head = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : [127, 0, 0, 0, 0];
  if (size >= 65_536) head.push(size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255);
  head[0]! |= 0x80;
  const mask = [0x37, 0xfa, 0x21, 0x3d];
  return Buffer.concat([Buffer.from([first, ...head, ...mask]), payload.map((byte, at) => byte ^ mask[at & 3]!)]);
}

/** Splits what the broker sends into frames. */
export class ServerFrames {
  #held = Buffer.alloc(0);

  /** The whole frames that have come: first byte and payload. */
  take(chunk: Buffer): { first: number; payload: Buffer }[] {
    this.#held = Buffer.concat([this.#held, chunk]);
    const frames: { first: number; payload: Buffer }[] = [];
    for (;;) {
      const bytes = this.#held;
      if (bytes.length < 2) return frames;
      const short = bytes[1]!;
      const at = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < at) return frames;
      const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < at + size) return frames;
      frames.push({ first: bytes[0]!, payload: bytes.subarray(at, at + size) });
      this.#held = bytes.subarray(at + size);
    }
  }
}

/** Sends a request and returns the answer up to the empty line. */
export async function answerTo(socket: Socket, request: string | Buffer): Promise<string> {
  let text = '';
  socket.write(request);
  while (!text.includes('\r\n\r\n')) text += String((await once(socket, 'data'))[0]);
  return text;
}

/** The payload of a WebSocket as a stream, for a `WirePeer`. Each write is one frame. */
export class WebSocketStream extends Duplex {
  readonly #socket: Socket;
  /** Types of the frames that were no data. */
  readonly control: number[] = [];

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    const frames = new ServerFrames();
    socket.on('data', (chunk) => {
      for (const { first, payload } of frames.take(chunk)) {
        if (first === 0x82) this.push(payload);
        else this.control.push(first);
      }
    });
    socket.on('close', () => this.destroy());
    socket.on('error', () => {});
  }

  /** Opens a socket, upgrades it, and returns the stream. */
  static async open(port: number, path = '/', lines: Readonly<Record<string, string | null>> = {}): Promise<Socket> {
    return WebSocketStream.over(connect(port, '127.0.0.1'), path, lines);
  }

  /** The same on a socket that is open. */
  static async over(socket: Socket, path = '/', lines: Readonly<Record<string, string | null>> = {}): Promise<Socket> {
    const answer = await answerTo(socket, upgradeRequest(path, lines));
    if (!answer.startsWith('HTTP/1.1 101 ')) throw new Error(answer);
    return new WebSocketStream(socket) as unknown as Socket;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(clientFrame(chunk), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
