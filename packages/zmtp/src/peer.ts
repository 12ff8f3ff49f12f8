/**
 * One connection from greeting to traffic, for clients (and for the tests of both sides).
 * Before it: the transport. It owns no socket and no clock: silence is the owner's to notice.
 */

import { copyBytes } from './bytes.js';
import { encodePing, encodePong, parseCommand, parsePing } from './command.js';
import { defaultTrafficLimits, FrameFlag } from './constants.js';
import { notReady } from './errors.js';
import { FrameDecoder } from './frame-decoder.js';
import { encodeMessage } from './frame-encoder.js';
import { Handshake, type HandshakeState, type PeerInfo } from './handshake.js';
import type { HandshakeLimits, HandshakeOptions } from './handshake-options.js';
import { MessageAssembler, type MessageLimits } from './message-assembler.js';
import { encodeCancel, encodeSubscribe, type SubscriptionForm } from './subscription.js';

export interface PeerLimits extends HandshakeLimits, MessageLimits {
  readonly maxFrameBytes: number;
}

export interface PeerOptions extends Omit<HandshakeOptions, 'send' | 'limits' | 'role'> {
  /** Default: client. */
  readonly role?: 'server' | 'client';
  readonly limits?: Partial<PeerLimits>;
}

export interface PeerHandler {
  /** Takes bytes to be written as they are. Must not push into the same peer before it returns. */
  send(bytes: Uint8Array): void;
  onReady(peer: PeerInfo): void;
  /** The frames are the receiver's to keep. */
  onMessage(frames: Uint8Array[]): void;
  /** Every command but PING, which is answered here; PONG included. The body is the receiver's to keep. */
  onCommand?(name: string, body: Uint8Array): void;
}

export class Peer {
  readonly #handler: PeerHandler;
  readonly #decoder: FrameDecoder;
  readonly #assembler: MessageAssembler;
  readonly #handshake: Handshake;
  #info: PeerInfo | null = null;
  #failure: unknown = null;

  constructor(options: PeerOptions, handler: PeerHandler) {
    const limits = { ...defaultTrafficLimits, ...options.limits };
    this.#handler = handler;
    this.#handshake = new Handshake({ role: 'client', ...options, send: (bytes) => handler.send(bytes) });
    this.#assembler = new MessageAssembler(limits, (frames) => handler.onMessage(frames));
    this.#decoder = new FrameDecoder(limits, {
      onFrame: (buf, flags, start, end) => this.#onFrame(buf, flags, start, end),
    });
  }

  get state(): HandshakeState {
    return this.#failure === null ? this.#handshake.state : 'failed';
  }

  /** What the peer announced, or null before READY. */
  get info(): PeerInfo | null {
    return this.#info;
  }

  start(): void {
    this.#handshake.start();
  }

  /** Takes bytes as they arrive; the chunk is free again afterwards. Throws a ZmtpError: then close. */
  push(chunk: Uint8Array, start = 0, end = chunk.length): void {
    if (this.#failure !== null) throw this.#failure;
    try {
      const at = this.#info === null ? this.#pushHandshake(chunk, start, end) : start;
      if (at < end) this.#pushTraffic(chunk, at, end);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  send(frames: readonly Uint8Array[]): void {
    this.#requireInfo('send');
    this.#handler.send(encodeMessage(frames));
  }

  /** Sends a PING and returns true, or returns false for a ZMTP 3.0 peer, which does not know it. */
  ping(ttlDeciseconds = 0, context?: Uint8Array): boolean {
    if (this.#requireInfo('ping').versionMinor === 0) return false;
    this.#handler.send(encodePing(ttlDeciseconds, context));
    return true;
  }

  subscribe(prefix: Uint8Array): void {
    this.#handler.send(encodeSubscribe(prefix, this.#subscriptionForm('subscribe')));
  }

  cancel(prefix: Uint8Array): void {
    this.#handler.send(encodeCancel(prefix, this.#subscriptionForm('cancel')));
  }

  #subscriptionForm(what: string): SubscriptionForm {
    return this.#requireInfo(what).versionMinor === 0 ? 'message' : 'command';
  }

  #requireInfo(what: string): PeerInfo {
    if (this.#info === null) throw notReady(what);
    return this.#info;
  }

  #pushHandshake(chunk: Uint8Array, start: number, end: number): number {
    const at = this.#handshake.push(chunk, start, end);
    if (this.#handshake.state === 'ready') {
      this.#info = this.#handshake.peer;
      this.#handler.onReady(this.#info);
    }
    return at;
  }

  #pushTraffic(chunk: Uint8Array, start: number, end: number): void {
    this.#assembler.begin(chunk);
    this.#decoder.push(chunk, start, end);
    this.#assembler.end();
  }

  #onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    if ((flags & FrameFlag.command) === 0) this.#assembler.add(buf, flags, start, end);
    else this.#onCommand(buf, start, end);
  }

  /** May come between the frames of a message: libzmq's heartbeat timer does not wait for the last one. */
  #onCommand(buf: Uint8Array, start: number, end: number): void {
    const { name, bodyStart, bodyEnd } = parseCommand(buf, start, end);
    if (name === 'PING') {
      this.#handler.send(encodePong(parsePing(buf, bodyStart, bodyEnd).context));
    } else {
      this.#handler.onCommand?.(name, copyBytes(buf, bodyStart, bodyEnd));
    }
  }
}
