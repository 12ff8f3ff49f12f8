import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { readUntil } from './dial.js';

/** Where a broker takes WebSockets: its publisher port at `/`, or its admin port at `/ws/`. */
export interface WebSocketTarget {
  readonly port: number;
  /** Path of requests; deliveries are at `sub` behind it. */
  readonly path: string;
}

/** RFC 6455 section 5.2. */
const binaryFrame = 0x82;
const pingFrame = 0x89;
const maskBit = 0x80;
/** A mask of zeros: the bytes stay as they are. Masks protect proxies of browsers, and there are none here. */
const noMask = Buffer.alloc(4);

/** A WebSocket after its upgrade, as the stream of ZMTP that it carries: what the readers of a crowd need, and no more. */
class WebSocketStream extends Duplex {
  readonly #socket: Socket;
  /** Bytes of the payload of the frame under way that are still to come. */
  #leftBytes = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** From now on counts what comes, frames included, and reads none of it. */
  countRaw(onBytes: (bytes: number) => void): void {
    this.#socket.removeAllListeners('data').on('data', (chunk: Buffer) => onBytes(chunk.length));
    this.#socket.resume();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const { length } = chunk;
    const size = length < 126 ? [maskBit | length] : [maskBit | 126, length >> 8, length & 0xff];
    if (length > 0xffff) throw new Error(`a frame of ${length} bytes, a reader sends at most 65535`);
    this.#socket.write(Buffer.concat([Buffer.from([binaryFrame, ...size]), noMask, chunk]), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let isFull = false;
    while (bytes.length > 0) {
      const headBytes = this.#leftBytes > 0 ? 0 : this.#takeHead(bytes);
      if (headBytes < 0) break;
      const end = Math.min(bytes.length, headBytes + this.#leftBytes);
      this.#leftBytes -= end - headBytes;
      if (end > headBytes && !this.push(bytes.subarray(headBytes, end))) isFull = true;
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    if (isFull) this.#socket.pause();
  }

  /** Bytes of the head of the frame at the beginning; -1 where it is not whole. */
  #takeHead(bytes: Buffer): number {
    if (bytes.length < 2) return -1;
    const [first, short] = [bytes[0]!, bytes[1]!];
    if (first !== binaryFrame) throw new Error(first === pingFrame ? 'a PING' : `a frame of type ${first}`);
    const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < headBytes) return -1;
    this.#leftBytes = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    return headBytes;
  }
}

/** A paused WebSocket. Rejects where the upgrade is refused. */
export async function dialWebSocket({ port, path }: WebSocketTarget): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: pulsemq.zmtp',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const answer = await readUntil(socket, (soFar) => soFar.includes('\r\n\r\n'));
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(`no WebSocket: ${answer}`);
  const behindHead = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  if (behindHead.length > 0) socket.unshift(behindHead);
  return new WebSocketStream(socket) as unknown as Socket;
}

/** Counts the raw bytes of a WebSocket of `dialWebSocket` from now on. */
export function countRaw(stream: Socket, onBytes: (bytes: number) => void): void {
  (stream as unknown as WebSocketStream).countRaw(onBytes);
}
