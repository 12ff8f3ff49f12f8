import type { Duplex } from 'node:stream';
import type { FramedSink, LayerListener } from '../first-bytes.js';
import { CloseCode, type FrameProblem, Opcode, serverHead } from './frame-head.js';
import { FrameReader } from './frame-reader.js';

/** Bytes that may wait for the kernel and still let a PING be answered: a peer that does not read gets no answers to pile up. */
const pongPendingMaxBytes = 65_536;

/** One WebSocket after its upgrade: frames around the bytes of ZMTP. Each write is one binary frame; the bytes are not copied. */
export class WebSocketFrames implements FramedSink {
  readonly #stream: Duplex;
  readonly #listener: LayerListener;
  readonly #reader: FrameReader;

  constructor(stream: Duplex, listener: LayerListener) {
    this.#stream = stream;
    this.#listener = listener;
    this.#reader = new FrameReader({
      onPing: (payload) => this.#answer(payload),
      onClose: () => this.#end(CloseCode.normal),
      onBroken: (problem) => this.#onBroken(problem),
    });
  }

  /** Takes the bytes of a read, and hands on what they carry. */
  push(buf: Buffer, end: number): void {
    const payloadBytes = this.#reader.read(buf, end);
    if (payloadBytes > 0) this.#listener.onCarriedBytes(buf, payloadBytes);
  }

  /** Writes one frame. Head and bytes leave together. */
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): void {
    const stream = this.#stream;
    stream.cork();
    stream.write(serverHead(Opcode.binary, bytes.length));
    stream.write(bytes, done);
    stream.uncork();
  }

  /** Says why the connection ends, if the kernel takes it at once: the socket is destroyed next. */
  sayEnd(): void {
    if (!this.#stream.destroyed && this.#stream.writableLength === 0) this.#writeClose(CloseCode.goingAway);
  }

  #answer(payload: Uint8Array): void {
    if (this.#stream.writableLength > pongPendingMaxBytes) return;
    this.#stream.write(Buffer.concat([serverHead(Opcode.pong, payload.length), payload]));
  }

  #onBroken({ code, why }: FrameProblem): void {
    this.#writeClose(code);
    this.#listener.onRefused(`the client broke the WebSocket protocol: ${why}`);
  }

  #end(code: number): void {
    this.#writeClose(code);
    this.#stream.destroy();
  }

  #writeClose(code: number): void {
    const frame = Buffer.concat([serverHead(Opcode.close, 2), Buffer.alloc(2)]);
    frame.writeUInt16BE(code, 2);
    this.#stream.write(frame);
  }
}
