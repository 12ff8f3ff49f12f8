import type { Socket } from 'node:net';
import { type Handshake, ZmtpError } from '@pulsemq/zmtp';
import type { EngineCore } from '../session/core.js';
import type { SessionConnection, TrafficHandler } from '../session/session-connection.js';
import { type Heard, hear } from './silence.js';

/** Makes the handler of a connection whose handshake is done. */
export type TrafficFactory = (connection: SessionConnection, handshake: Handshake) => TrafficHandler;

/** Bytes of one connection that are handled in one turn of the loop, before others get theirs. */
const readBudgetBytes = 1_048_576;
/** A shorter read has emptied the kernel's buffer, and libuv does not read again in this turn. */
const fullReadBytes = 65_536;

/**
 * One TCP connection: greeting, handshake, traffic. This is the only file that touches a socket, and the only one that catches what the
 * layers below throw: an error ends this connection and nothing else.
 */
export class Connection implements SessionConnection, Heard {
  readonly address: string;
  readonly port: number;
  readonly sinceMs: number;
  heardMs: number;
  pingedMs = 0;
  readonly #core: EngineCore;
  readonly #socket: Socket;
  readonly #onClosed: (connection: Connection) => void;
  #handshake: Handshake | null;
  #makeTraffic: TrafficFactory | null;
  #traffic: TrafficHandler | null = null;
  client = '';
  #closeReason = 'closed by peer';
  /** Nothing is written after this. */
  #isClosing = false;
  #pauseCount = 0;
  #turnBytes = 0;
  /** A read of the handshake that waits for its turn. Nothing more is read until then. */
  #held: Buffer | null = null;
  readonly #hold: (connection: Connection) => void;

  constructor(
    core: EngineCore,
    socket: Socket,
    makeHandshake: (send: (bytes: Uint8Array) => void) => Handshake,
    makeTraffic: TrafficFactory,
    hold: (connection: Connection) => void,
    onClosed: (connection: Connection) => void,
  ) {
    this.#core = core;
    this.#socket = socket;
    this.#makeTraffic = makeTraffic;
    this.#hold = hold;
    this.#onClosed = onClosed;
    this.address = socket.remoteAddress ?? 'unknown';
    this.port = socket.remotePort ?? 0;
    this.sinceMs = core.clock.nowMs;
    this.heardMs = this.sinceMs;
    socket.setNoDelay(true);
    // Node has destroyed the socket already. Its write callbacks come next, and must find the traffic closed.
    socket.on('error', () => this.close('closed by peer'));
    socket.on('end', () => this.close('closed by peer'));
    socket.on('close', () => this.#closed());
    this.#handshake = makeHandshake((bytes) => socket.write(bytes));
    this.#handshake.start();
  }

  /** The handshake is done. */
  get isReady(): boolean {
    return this.#traffic !== null;
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  get traffic(): TrafficHandler | null {
    return this.#traffic;
  }

  get isPaused(): boolean {
    return this.#pauseCount > 0;
  }

  sendPing(nowMs: number): void {
    if (this.#traffic?.ping()) this.pingedMs = nowMs;
  }

  write(bytes: Buffer, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  close(reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#closeReason = reason;
    this.#traffic?.onClosing();
    this.#socket.destroy();
  }

  pause(): void {
    if (this.#pauseCount++ === 0) this.#socket.pause();
  }

  resume(): void {
    if (--this.#pauseCount === 0 && !this.#socket.destroyed) this.#socket.resume();
  }

  /** The bytes of one read. */
  onRead(buf: Buffer, lengthBytes: number): void {
    const { clock } = this.#core;
    clock.tick();
    hear(this, clock.nowMs);
    if (this.#traffic === null) this.#holdRead(buf, lengthBytes);
    else this.#push(buf, 0, lengthBytes);
    this.#spend(lengthBytes);
  }

  /** Handles the read that was held. */
  workHeld(): void {
    const held = this.#held;
    this.#held = null;
    if (held === null || this.#socket.destroyed) return;
    this.#core.clock.tick();
    this.#push(held, 0, held.length);
    this.resume();
  }

  /** Copies the bytes: the buffer of a read is used again. */
  #holdRead(buf: Buffer, lengthBytes: number): void {
    this.#held = Buffer.from(buf.subarray(0, lengthBytes));
    this.pause();
    this.#hold(this);
  }

  #push(buf: Buffer, start: number, end: number): void {
    try {
      let at = start;
      if (this.#traffic === null) at = this.#pushHandshake(buf, end);
      if (this.#traffic !== null && at < end) this.#traffic.onBytes(buf, at, end);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Returns the offset of the first byte that is traffic. */
  #pushHandshake(buf: Buffer, end: number): number {
    const handshake = this.#handshake!;
    const consumed = handshake.push(buf, 0, end);
    if (handshake.state === 'ready') {
      this.client = clientOf(handshake);
      this.#traffic = this.#makeTraffic!(this, handshake);
      this.#handshake = null;
      this.#makeTraffic = null;
    }
    return consumed;
  }

  /** libuv reads a busy socket up to 32 times in a row. Past the budget the rest waits for the next turn. */
  #spend(lengthBytes: number): void {
    if (lengthBytes < fullReadBytes) return;
    if (this.#turnBytes === 0) setImmediate(() => this.#refill());
    this.#turnBytes += lengthBytes;
    if (this.#turnBytes - lengthBytes < readBudgetBytes && this.#turnBytes >= readBudgetBytes) this.pause();
  }

  #refill(): void {
    const paused = this.#turnBytes >= readBudgetBytes;
    this.#turnBytes = 0;
    if (paused) this.resume();
  }

  /** Reports invalid ZMTP and our own bugs. Disconnects are not reported. */
  #fail(error: unknown): void {
    if (this.#isClosing) return;
    const text = error instanceof Error ? error.message : String(error);
    const isOurs = !(error instanceof ZmtpError);
    const shown = isOurs && error instanceof Error ? (error.stack ?? text) : text;
    this.#core.incident(isOurs ? 'internal' : 'badBytes', this.address, shown);
    this.close(text);
  }

  #closed(): void {
    this.#traffic?.onClosed(this.#closeReason);
    this.#traffic = null;
    this.#handshake = null;
    this.#onClosed(this);
  }
}

const clientOf = ({ peer }: Handshake): string => `ZMTP 3.${peer.versionMinor} ${peer.socketType}`;
