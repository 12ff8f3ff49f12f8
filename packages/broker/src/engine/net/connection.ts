import type { Socket } from 'node:net';
import { type Handshake, ZmtpError, ZmtpErrorCode } from '@pulsemq/zmtp';
import type { EngineCore } from '../session/core.js';
import type { SessionConnection, TrafficHandler } from '../session/session-connection.js';
import type { Admitted } from './admission.js';
import { type Heard, hear } from './silence.js';

/** What a connection needs from its maker; one for all connections of a port. */
export interface ConnectionOwner {
  makeHandshake(connection: Connection, send: (bytes: Uint8Array) => void): Handshake;
  /** Makes the handler of a connection whose handshake is done, or says why the connection is closed instead. */
  makeTraffic(connection: Connection, handshake: Handshake): TrafficHandler | string;
  /** Calls `workHeld` when it is this connection's turn. */
  takeTurn(connection: Connection): void;
  onClosed(connection: Connection): void;
}

/** Bytes of one connection that are handled in one turn of the loop, before others get theirs. */
const readBudgetBytes = 1_048_576;
/** A shorter read has emptied the kernel's buffer, and libuv does not read again in this turn. */
const fullReadBytes = 65_536;

/**
 * One TCP connection: greeting, handshake, traffic. This is the only file that touches a socket, and the only one that catches what the
 * layers below throw: an error ends this connection and nothing else.
 */
export class Connection implements SessionConnection, Heard, Admitted {
  readonly address: string;
  readonly port: number;
  readonly sinceMs: number;
  heardMs: number;
  pingedMs = 0;
  client = '';
  readonly #core: EngineCore;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  #handshake: Handshake | null;
  #traffic: TrafficHandler | null = null;
  #closeReason = 'closed by peer';
  /** Nothing is written after this. */
  #isClosing = false;
  #pauseCount = 0;
  #turnBytes = 0;
  /** Bytes that were read and wait for their turn. Nothing more is read until then. */
  #held: Buffer | null = null;

  constructor(core: EngineCore, socket: Socket, owner: ConnectionOwner) {
    this.#core = core;
    this.#socket = socket;
    this.#owner = owner;
    this.address = socket.remoteAddress ?? 'unknown';
    this.port = socket.remotePort ?? 0;
    this.sinceMs = core.clock.steadyMs;
    this.heardMs = this.sinceMs;
    socket.setNoDelay(true);
    (socket as OwnedSocket)[owned] = this;
    socket.on('error', onError);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    this.#handshake = owner.makeHandshake(this, (bytes) => socket.write(bytes));
    this.#handshake.start();
  }

  /** The socket has failed, and Node has destroyed it. Node calls its write callbacks next: they must find the traffic closed. */
  onError(): void {
    this.close('closed by peer');
  }

  /** The socket has closed. */
  onClose(): void {
    this.#core.guard.run('closing a connection', () => this.#closed());
  }

  get isReady(): boolean {
    return this.#traffic !== null;
  }

  get isClaimed(): boolean {
    return this.#traffic?.isClaimed === true;
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

  overflow(reason: string): void {
    // The caller is writing to this connection and to others: it is closed when that is done.
    setImmediate(() => this.close(reason));
  }

  pause(): void {
    if (this.#pauseCount++ === 0) this.#socket.pause();
  }

  resume(): void {
    this.#pauseCount--;
    if (this.#socket.destroyed) return;
    // Held bytes come before those that the socket would read.
    if (this.#held !== null && this.#pauseCount === 1) this.#owner.takeTurn(this);
    else if (this.#pauseCount === 0) this.#socket.resume();
  }

  /** The bytes of one read. */
  onRead(buf: Buffer, lengthBytes: number): void {
    const { clock } = this.#core;
    clock.tick();
    hear(this, clock.steadyMs);
    const mustWait = this.#traffic === null || this.#held !== null;
    const at = mustWait ? 0 : this.#push(buf, lengthBytes);
    // The buffer of a read is used again, so what waits is copied.
    if (at < lengthBytes) this.#hold(Buffer.from(buf.subarray(at, lengthBytes)));
    this.#spend(lengthBytes);
  }

  /** Handles the bytes that were held, unless the connection is paused for another reason: then `resume` asks for a turn again. */
  workHeld(): void {
    const held = this.#held;
    if (held === null || this.#socket.destroyed || this.#pauseCount > 1) return;
    this.#held = null;
    this.#core.clock.tick();
    const at = this.#push(held, held.length);
    if (at < held.length) this.#hold(held.subarray(at));
    this.resume();
  }

  /** Keeps bytes for a later turn. */
  #hold(bytes: Buffer): void {
    if (this.#socket.destroyed) return;
    if (this.#held !== null) {
      this.#held = Buffer.concat([this.#held, bytes]);
      return;
    }
    this.#held = bytes;
    this.pause();
    if (this.#pauseCount === 1) this.#owner.takeTurn(this);
  }

  /** Handles bytes up to `end`; returns the offset of the first one that must wait. */
  #push(buf: Buffer, end: number): number {
    try {
      const at = this.#traffic === null ? this.#pushHandshake(buf, end) : 0;
      if (this.#traffic === null || at === end || this.#socket.destroyed) return at;
      return this.#traffic.onBytes(buf, at, end);
    } catch (error) {
      this.#fail(error);
      return end;
    }
  }

  /** Returns the offset of the first byte that is traffic. */
  #pushHandshake(buf: Buffer, end: number): number {
    const handshake = this.#handshake!;
    const consumed = handshake.push(buf, 0, end);
    if (handshake.state !== 'ready') return consumed;
    this.client = clientOf(handshake);
    this.#handshake = null;
    const traffic = this.#owner.makeTraffic(this, handshake);
    if (typeof traffic === 'string') this.close(traffic);
    else this.#traffic = traffic;
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
    const isPaused = this.#turnBytes >= readBudgetBytes;
    this.#turnBytes = 0;
    if (isPaused) this.resume();
  }

  /** Reports invalid ZMTP and our own bugs. Disconnects are not reported. */
  #fail(error: unknown): void {
    if (this.#isClosing) return;
    if (error instanceof ZmtpError) this.#reportBadBytes(error);
    else this.#core.guard.caught(`connection of ${this.address}`, error);
    this.close(error instanceof Error ? error.message : String(error));
  }

  /** A refused PLAIN log-in was reported where it was refused. */
  #reportBadBytes({ code, message }: ZmtpError): void {
    if (code !== ZmtpErrorCode.authFailed) this.#core.incident('badBytes', this.address, message);
  }

  #closed(): void {
    const traffic = this.#traffic;
    this.#traffic = null;
    this.#handshake = null;
    this.#held = null;
    this.#owner.onClosed(this);
    traffic?.onClosed(this.#closeReason);
  }
}

/** The connection of a socket. The listeners are shared: three closures for each connection would cost 300 bytes. */
const owned = Symbol('connection');
type OwnedSocket = Socket & { [owned]: Connection };

function onError(this: OwnedSocket): void {
  this[owned].onError();
}

function onEnd(this: OwnedSocket): void {
  this[owned].close('closed by peer');
}

function onClose(this: OwnedSocket): void {
  this[owned].onClose();
}

/** Texts such as `ZMTP 3.1 DEALER`, each kept once: there are few, and ten thousand connections. */
const clients = new Map<string, string>();
const clientMaxCount = 1_000;

function clientOf({ peer }: Handshake): string {
  const text = `ZMTP 3.${peer.versionMinor} ${peer.socketType}`;
  const kept = clients.get(text);
  if (kept === undefined && clients.size < clientMaxCount) clients.set(text, text);
  return kept ?? text;
}
