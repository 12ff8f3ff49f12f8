import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import { Duplex } from 'node:stream';
import type { EngineWebSocket } from '../../../port-config.js';
import { relayedCaller, relayHeader } from '../../../relay-pass.js';
import type { Feed, Layer, LayerListener } from '../first-bytes.js';
import { checkUpgrade, subprotocol, type Upgrade } from './upgrade.js';
import { WebSocketFrames } from './websocket.js';

/** First byte of `GET `. */
const getByte = 0x47;
/** Bytes that the request of an upgrade may have. */
const requestMaxBytes = 8_192;

/** WebSocket (RFC 6455) on the publisher port. Node's HTTP parser reads the request of the upgrade; the frames are read here. */
export class WebSocketLayer implements Layer {
  readonly name = 'WS';
  readonly #rules: EngineWebSocket;
  /** It never listens: it is given streams whose bytes are read elsewhere. */
  readonly #server = createServer({ maxHeaderSize: requestMaxBytes });

  constructor(rules: EngineWebSocket) {
    this.#rules = rules;
    const streamOf = (socket: Duplex): UpgradeStream => socket as unknown as UpgradeStream;
    this.#server.on('upgrade', (request, socket, rest) => streamOf(socket).onRequest(request, rest));
    this.#server.on('request', (request) => streamOf(request.socket).onRequest(request, noBytes));
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const isTooLong = error.code === 'HPE_HEADER_OVERFLOW';
      const why = isTooLong ? `the request has more than ${requestMaxBytes} bytes` : 'the request is not valid HTTP';
      streamOf(socket).refuse(isTooLong ? 431 : 400, why);
    });
  }

  isBegunBy(first: Buffer): boolean {
    return first[0] === getByte;
  }

  takeOver(stream: Duplex, first: Buffer, listener: LayerListener): Feed {
    const upgrade = new UpgradeStream(stream, this.#rules, listener);
    stream.once('close', () => upgrade.destroy());
    this.#server.emit('connection', upgrade);
    upgrade.push(first);
    return { push: (buf, end) => upgrade.takeRead(buf, end) };
  }
}

/** The stream that Node's HTTP server reads the request from. Afterwards bytes pass it by. */
class UpgradeStream extends Duplex {
  readonly #stream: Duplex;
  readonly #rules: EngineWebSocket;
  readonly #listener: LayerListener;
  #frames: WebSocketFrames | null = null;
  #hasEnded = false;

  constructor(stream: Duplex, rules: EngineWebSocket, listener: LayerListener) {
    super();
    this.#stream = stream;
    this.#rules = rules;
    this.#listener = listener;
    this.on('error', () => {});
  }

  /** The bytes of one read of the connection. */
  takeRead(buf: Buffer, end: number): void {
    if (this.#frames !== null) this.#frames.push(buf, end);
    // The buffer of a read is used again.
    else if (!this.#hasEnded) this.push(Buffer.from(buf.subarray(0, end)));
  }

  onRequest(request: IncomingMessage, rest: Buffer): void {
    if (this.#hasEnded) return;
    const { [relayHeader]: shown } = request.headers;
    const caller = typeof shown === 'string' ? relayedCaller(this.#rules.relayPass, shown) : null;
    if (caller === undefined) return this.refuse(400, `the header ${relayHeader} is for the broker itself`);
    if (caller !== null && !this.#listener.onRelayed(caller)) return;
    const outcome = checkUpgrade(request, this.#rules.allowedOrigins);
    if ('status' in outcome) this.refuse(outcome.status, outcome.why);
    else this.#accept(outcome, caller?.isEncrypted === true, rest);
  }

  refuse(status: number, why: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const text = `${why}\n`;
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      ...(status === 426 ? ['Upgrade: websocket', 'Sec-WebSocket-Version: 13'] : []),
    ];
    const answer = `${head.join('\r\n')}\r\n\r\n${text}`;
    this.#stream.end(answer, () => this.#listener.onRefused(`a WebSocket was refused: ${why}`));
  }

  #accept({ accept, role }: Upgrade, isEncrypted: boolean, rest: Buffer): void {
    this.#hasEnded = true;
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${subprotocol}`,
    ];
    this.#stream.write(`${head.join('\r\n')}\r\n\r\n`);
    this.#frames = new WebSocketFrames(this.#stream, this.#listener);
    this.#listener.onCarried({
      stream: this.#stream,
      isEncrypted,
      provenKey: null,
      webSocket: { frames: this.#frames, role },
    });
    const left = Buffer.concat([rest, ...this.#unread()]);
    if (left.length > 0) this.#frames.push(left, left.length);
  }

  /** What came after the request before Node had read it. */
  #unread(): Buffer[] {
    const chunks: Buffer[] = [];
    for (let chunk = this.read(); chunk !== null; chunk = this.read()) chunks.push(chunk as Buffer);
    return chunks;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#stream.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#stream.end(done);
  }
}

const noBytes = Buffer.alloc(0);
