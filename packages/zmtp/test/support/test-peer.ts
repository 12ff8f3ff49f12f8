import { copyBytes } from '../../src/bytes.js';
import { encodePong, parseCommand, parsePing } from '../../src/command.js';
import { FrameFlag } from '../../src/constants.js';
import { CurveOpener } from '../../src/curve/curve-opener.js';
import { CurveSealer } from '../../src/curve/curve-sealer.js';
import { FrameDecoder } from '../../src/frame-decoder.js';
import { Handshake } from '../../src/handshake.js';
import type { HandshakeOptions } from '../../src/handshake-options.js';

/** One side of a connection: everything but the way to send bytes. */
export type PeerOptions = Omit<HandshakeOptions, 'send'>;

/** Receives what a test peer reads. All bytes are copies. */
export interface PeerHandler {
  send(bytes: Uint8Array): void;
  onMessage(frames: Uint8Array[]): void;
  /** Every command but PING, which the peer answers. */
  onCommand(name: string, body: Uint8Array): void;
}

/** Small, so that messages of a few kilobytes are larger. */
const workspaceBytes = 2_048;
const maxFrameBytes = 16_777_216;

/** One side of a connection: the handshake, then whole messages and commands. It has no socket. */
export class TestPeer {
  readonly handshake: Handshake;
  readonly #handler: PeerHandler;
  readonly #decoder: FrameDecoder;
  #frames: Uint8Array[] = [];
  readonly #options: PeerOptions;
  #opener: CurveOpener<Uint8Array> | null = null;
  #sealer: CurveSealer | null = null;

  constructor(options: PeerOptions, handler: PeerHandler) {
    this.#handler = handler;
    this.#options = options;
    this.handshake = new Handshake({ ...options, send: (bytes) => handler.send(bytes) });
    this.#decoder = new FrameDecoder({ maxFrameBytes }, this);
  }

  push(chunk: Uint8Array, start = 0, end = chunk.length): void {
    const isReady = this.handshake.state === 'ready';
    const at = isReady ? start : this.handshake.push(chunk, start, end);
    if (at === end) return;
    if (this.handshake.session === null) this.#decoder.push(chunk, at, end);
    else this.#curveOpener.push(chunk, at, end);
  }

  /** Bytes as they go over the wire: encrypted after a CURVE handshake. */
  protect(plain: Uint8Array): Uint8Array {
    const { session } = this.handshake;
    if (session === null) return plain;
    this.#sealer ??= new CurveSealer(session, this.#memory);
    return this.#sealer.seal(plain);
  }

  get #curveOpener(): CurveOpener<Uint8Array> {
    const sink = (buf: Uint8Array, end: number) => this.#decoder.push(buf, 0, end);
    this.#opener ??= new CurveOpener(this.handshake.session!, this.#memory, { maxFrameBytes }, sink);
    return this.#opener;
  }

  get #memory() {
    const { crypto } = this.#options.curve!;
    return {
      crypto,
      workspace: crypto.workspace(workspaceBytes),
      plain: new Uint8Array(workspaceBytes),
      allocate: (sizeBytes: number) => new Uint8Array(sizeBytes),
    };
  }

  onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    if ((flags & FrameFlag.command) !== 0) return this.#onCommand(buf, start, end);
    this.#frames.push(copyBytes(buf, start, end));
    if ((flags & FrameFlag.more) !== 0) return;
    this.#handler.onMessage(this.#frames);
    this.#frames = [];
  }

  /** A command may stand between the frames of a message: libzmq sends its PING by a timer. */
  #onCommand(buf: Uint8Array, start: number, end: number): void {
    const { name, bodyStart, bodyEnd } = parseCommand(buf, start, end);
    if (name === 'PING') this.#handler.send(encodePong(parsePing(buf, bodyStart, bodyEnd).context));
    else this.#handler.onCommand(name, copyBytes(buf, bodyStart, bodyEnd));
  }
}
