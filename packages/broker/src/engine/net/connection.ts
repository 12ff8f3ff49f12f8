import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type CurveSession, type Handshake, ZmtpError, ZmtpErrorCode } from '@pulsemq/zmtp';
import { isLoopback } from '../../address-key.js';
import type { RelayedCaller } from '../../relay-pass.js';
import type { EngineCore } from '../session/core.js';
import type { SessionConnection, TrafficHandler } from '../session/session-connection.js';
import type { Admitted } from './admission.js';
import { Carrier } from './carrier.js';
import { clientName } from './client-name.js';
import type { ConnectionOwner } from './connection-owner.js';
import type { Carried, Feed, LayerListener, PortRole } from './first-bytes.js';
import { readCarried } from './raw-accept.js';
import { type ByteSink, SecureChannel } from './secure-channel.js';
import { type Heard, hear } from './silence.js';
import { listenTo, type SocketOwner } from './socket-events.js';

/** Bytes of one connection that are handled in one turn of the loop, before others get theirs. */
const readBudgetBytes = 1_048_576;
/** A shorter read has emptied the kernel's buffer, and libuv does not read again in this turn. */
const fullReadBytes = 65_536;

/**
 * One connection: first bytes, handshake, traffic. This file alone touches a socket, but for the layers, and alone catches what the files below
 * throw: an error ends this connection and nothing else.
 */
export class Connection implements SessionConnection, Heard, Admitted, SocketOwner, LayerListener {
  #caller: RelayedCaller | null = null;
  readonly #ownAddress: string;
  readonly #ownPort: number;
  readonly sinceMs: number;
  heardMs: number;
  pingedMs = 0;
  client = '';
  readonly #core: EngineCore;
  readonly #owner: ConnectionOwner<Connection>;
  #socket: Duplex;
  /** Takes what is written: the socket, or the frames of a WebSocket around it. */
  #out: ByteSink;
  /** Takes what is read, for a layer between; null without one. */
  #feed: Feed | null = null;
  /** What may carry ZMTP here besides TCP; null where nothing may. */
  readonly #carrier: Carrier | null;
  /** Encryption by CURVE; null without it. */
  #channel: SecureChannel | null = null;
  #handshake: Handshake | null = null;
  #traffic: TrafficHandler | null = null;
  #closeReason = 'closed by peer';
  /** Nothing is written after this. */
  #isClosing = false;
  #pauseCount = 0;
  #turnBytes = 0;
  /** Bytes that were read and wait for their turn. Nothing more is read until then. */
  #held: Buffer | null = null;

  constructor(core: EngineCore, socket: Socket, owner: ConnectionOwner<Connection>) {
    this.#core = core;
    this.#socket = socket;
    this.#out = socket;
    this.#owner = owner;
    this.#ownAddress = socket.remoteAddress ?? 'unknown';
    this.#ownPort = socket.remotePort ?? 0;
    this.#carrier = owner.layers.length === 0 ? null : new Carrier(owner.layers);
    this.sinceMs = core.clock.steadyMs;
    this.heardMs = this.sinceMs;
    socket.setNoDelay(true);
    listenTo(socket, this);
  }

  /** The socket has failed, and Node has destroyed it. Node calls its write callbacks next: they must find the traffic closed. */
  onError(): void {
    this.close('closed by peer');
  }

  onEnd(): void {
    this.close('closed by peer');
  }

  /** The socket has closed. Below a layer it is not the end: the layer closes next. */
  onClose(socket: Duplex): void {
    if (socket === this.#socket) this.#core.guard.run('closing a connection', () => this.#closed());
  }

  /** Address of the peer; of the browser for one behind the relay. */
  get address(): string {
    return this.#caller?.address ?? this.#ownAddress;
  }

  get port(): number {
    return this.#caller?.port ?? this.#ownPort;
  }

  get isLocal(): boolean {
    if (this.#caller !== null) return this.#caller.isLocal;
    return isLoopback(this.address) || this.address === (this.#socket as Socket).localAddress;
  }

  get mayBeLegacy(): boolean {
    return this.role === null;
  }

  /** The port that a WebSocket stands for; null for other connections. */
  get role(): PortRole | null {
    return this.#carrier?.webSocket?.role ?? null;
  }

  get isEncrypted(): boolean {
    return this.#channel !== null || this.#carrier?.isEncrypted === true;
  }

  get provenKey(): string | null {
    return this.#channel?.provenKey ?? this.#carrier?.provenKey ?? null;
  }

  get heldBytes(): number {
    return this.#channel?.heldBytes ?? 0;
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
    if (this.#channel === null) this.#out.write(bytes, done);
    else this.#channel.write(this.#out, bytes, done);
  }

  close(reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#closeReason = reason;
    this.#traffic?.onClosing();
    this.#carrier?.webSocket?.frames.sayEnd();
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
    if (this.#socket.destroyed || this.#carrier?.isTakenOver === true) return;
    // Held bytes come before those that the socket would read.
    if (this.#held !== null && this.#pauseCount === 1) this.#owner.takeTurn(this);
    else if (this.#pauseCount === 0) this.#socket.resume();
  }

  /** The bytes of one read. */
  onRead(buf: Buffer, lengthBytes: number): void {
    const { clock } = this.#core;
    clock.tick();
    hear(this, clock.steadyMs);
    if (this.#feed !== null) this.#feed.push(buf, lengthBytes);
    else if (this.#channel === null) this.#take(buf, lengthBytes);
    else this.#openSealed(this.#channel, buf, 0, lengthBytes);
    this.#spend(lengthBytes);
  }

  /** What a WebSocket has carried in one read. */
  onCarriedBytes(buf: Buffer, end: number): void {
    if (this.#isClosing) return;
    if (this.#channel === null) this.#take(buf, end);
    else this.#openSealed(this.#channel, buf, 0, end);
  }

  /** Takes bytes that are not encrypted, or not any more. */
  #take(buf: Buffer, lengthBytes: number): void {
    const mustWait = this.#traffic === null || this.#held !== null;
    const at = mustWait ? 0 : this.#push(buf, lengthBytes);
    // The buffer of a read is used again, so what waits is copied.
    if (at < lengthBytes) this.#hold(Buffer.from(buf.subarray(at, lengthBytes)));
  }

  #openSealed(channel: SecureChannel, buf: Buffer, start: number, end: number): void {
    try {
      channel.open(buf, start, end);
      // What has come of a frame that is not whole counts for the user.
      if (channel.heldBytes > 0) this.#traffic?.onBytes(nothing, 0, 0);
    } catch (error) {
      this.#fail(error);
    }
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

  /** Returns the offset of the first byte that is traffic and was not handled. */
  #pushHandshake(buf: Buffer, end: number): number {
    const handshake = this.#handshake ?? this.#begin(buf, end);
    if (handshake === null) return end;
    const consumed = handshake.push(buf, 0, end);
    if (handshake.state !== 'ready') return consumed;
    this.client = clientName(handshake, this.#carrier?.name ?? '');
    this.#handshake = null;
    if (handshake.session !== null) this.#encrypt(handshake.session);
    const traffic = this.#owner.makeTraffic(this, handshake);
    if (typeof traffic === 'string') this.close(traffic);
    else this.#traffic = traffic;
    if (this.#channel === null || this.#traffic === null) return consumed;
    this.#openSealed(this.#channel, buf, consumed, end);
    return end;
  }

  /** Begins the handshake. Returns null when a layer takes the first bytes, or the connection is refused. */
  #begin(buf: Buffer, end: number): Handshake | null {
    if (this.#carrier?.takeOver(this.#socket, buf.subarray(0, end), this) === true) {
      this.#feed = this.#carrier.feed;
      return null;
    }
    const handshake = this.#owner.makeHandshake(this, (bytes) => this.#out.write(bytes));
    if (typeof handshake === 'string') {
      this.close(handshake);
      return null;
    }
    this.#handshake = handshake;
    handshake.start();
    return handshake;
  }

  /** A layer is up: from now on its stream is the socket. */
  onCarried({ stream, webSocket }: Carried): void {
    if (this.#isClosing) return void stream.destroy();
    if (webSocket !== null) {
      this.#out = webSocket.frames;
      return;
    }
    this.#socket = stream;
    this.#out = stream;
    listenTo(stream, this);
    readCarried(stream, (buf, lengthBytes) => this.onRead(buf, lengthBytes));
  }

  /** The relay names the caller whose bytes it passes on. */
  onRelayed(caller: RelayedCaller): boolean {
    if (this.#isClosing) return false;
    if (this.#owner.moveTo(this, caller)) return true;
    this.close(`too many connections of ${caller.address}`);
    return false;
  }

  /** From now on the connection is that of this caller, for limits, reports and rules of encryption. */
  setCaller(caller: RelayedCaller): void {
    this.#caller = caller;
  }

  /** A layer has refused the peer. */
  onRefused(why: string): void {
    this.#core.incident('badBytes', this.address, why);
    this.close(why);
  }

  #encrypt(session: CurveSession): void {
    const frameMaxBytes = (): number => this.#traffic?.frameMaxBytes ?? 0;
    this.#channel = new SecureChannel(session, this.#owner.channelMemory!, frameMaxBytes, (buf, end) => {
      if (!this.#socket.destroyed) this.#take(buf, end);
    });
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
    if (code === ZmtpErrorCode.mechanismMismatch && this.#owner.refusedClearText(this)) return;
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

const nothing = Buffer.alloc(0);
