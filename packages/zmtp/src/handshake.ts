/**
 * The handshake from the first byte to READY, for both sides, with NULL, PLAIN or CURVE. It uses `greeting.ts` and `mechanism/`.
 * After it the owner reads traffic with `frame-decoder.ts` or its own scanner; after CURVE `curve/` decrypts it first.
 */

import { newMechanism } from '#mechanism';
import { emptyBytes, latin1Text, printableText } from './bytes.js';
import { encodeError, parseCommand } from './command.js';
import { FrameFlag, GreetingOffset, greetingBytes, shortStringMaxBytes, version } from './constants.js';
import type { CurveSession } from './curve/curve-session.js';
import {
  badMetadata,
  commandTooLarge,
  handshakeTooLarge,
  mechanismMismatch,
  notReady,
  socketTypeMismatch,
  unexpectedFrame,
  ZmtpError,
} from './errors.js';
import { FrameDecoder } from './frame-decoder.js';
import { frameHeaderBytes } from './frame-header.js';
import { encodeGreeting, GreetingReader } from './greeting.js';
import {
  acceptedPeerTypes,
  announcedMinor,
  checkHandshakeOptions,
  encodeLocalMetadata,
  type HandshakeLimits,
  type HandshakeOptions,
  handshakeLimits,
} from './handshake-options.js';
import type { Mechanism, MechanismName } from './mechanism/mechanism.js';
import { type Metadata, parseMetadata } from './metadata.js';

/** `ready` and `failed` are final. */
export type HandshakeState = 'greeting' | 'handshake' | 'ready' | 'failed';

/** The peer, as it announced itself. All bytes are copies. */
export interface PeerInfo {
  /** Minor version of ZMTP 3 to use: that of the peer; 1 for a peer with a higher major version. */
  readonly versionMinor: number;
  readonly mechanism: MechanismName;
  /** All properties, with Socket-Type and Identity. Keys are in lower case. */
  readonly metadata: Metadata;
  readonly socketType: string;
  readonly identity: Uint8Array;
  /** The username that a PLAIN server has accepted. */
  readonly plainUsername?: string;
}

/** One side of one handshake. It neither owns a socket nor measures time: the owner sets a time-out. */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #limits: HandshakeLimits;
  #state: HandshakeState = 'greeting';
  /** Null when the greeting is whole. */
  #greeting: GreetingReader | null = new GreetingReader();
  /** Bytes of the local greeting that were sent. A server with several mechanisms sends the rest after the peer has named one. */
  #sentBytes = 0;
  #receivedBytes = 0;
  #versionMinor = 0;
  #mechanism: Mechanism | null = null;
  /** Null before and after the commands. */
  #decoder: FrameDecoder | null = null;
  #peer: PeerInfo | null = null;
  #failure: unknown = null;
  #session: CurveSession | null = null;

  /** Throws a ZmtpError `ZMTP_BAD_ARGUMENT` for options that cannot make a handshake. */
  constructor(options: HandshakeOptions) {
    checkHandshakeOptions(options);
    this.#options = options;
    this.#limits = handshakeLimits(options);
  }

  /** Where the handshake is. */
  get state(): HandshakeState {
    return this.#state;
  }

  /** The peer. Throws a ZmtpError `ZMTP_NOT_READY` until `state` is `ready`. */
  get peer(): PeerInfo {
    if (this.#peer === null || this.#state !== 'ready') throw notReady('the peer');
    return this.#peer;
  }

  /** What CURVE has agreed on. Null after another mechanism, and until `state` is `ready`. */
  get session(): CurveSession | null {
    return this.#session;
  }

  /**
   * Sends the greeting. A server with several mechanisms sends its first 12 bytes and waits for the peer's mechanism. libzmq
   * sends its whole greeting after 11 bytes, so neither side waits for the other.
   */
  start(): void {
    const { mechanisms } = this.#options;
    const isFixed = mechanisms.length === 1;
    this.#sendGreeting(mechanisms[0]!, isFixed ? greetingBytes : GreetingOffset.mechanism);
  }

  /**
   * Uses the bytes that belong to the handshake and returns the offset after them; the rest is traffic. Throws a ZmtpError if
   * the peer breaks the protocol or is refused; further calls throw the same error.
   */
  push(chunk: Uint8Array, start = 0, end = chunk.length): number {
    if (this.#state === 'failed') throw this.#failure;
    try {
      return this.#advance(chunk, start, end);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #advance(chunk: Uint8Array, start: number, end: number): number {
    let at = this.#greeting === null ? start : this.#readGreeting(this.#greeting, chunk, start, end);
    while (at < end && this.#decoder !== null) at = this.#decoder.next(chunk, at, end);
    return at;
  }

  #readGreeting(greeting: GreetingReader, chunk: Uint8Array, start: number, end: number): number {
    const at = greeting.push(chunk, start, end);
    if (this.#mechanism === null && greeting.mechanism !== null) this.#chooseMechanism(greeting.mechanism);
    if (greeting.isWhole) this.#endGreeting(greeting);
    return at;
  }

  #chooseMechanism(announced: string): void {
    const { mechanisms } = this.#options;
    const chosen = mechanisms.find((name) => name === announced);
    // Also on a mismatch, so that the peer can report why the connection closes.
    this.#sendGreeting(chosen ?? mechanisms[0]!, greetingBytes);
    if (chosen === undefined) throw mechanismMismatch(announced, mechanisms);
    this.#mechanism = this.#createMechanism(chosen);
  }

  #sendGreeting(mechanism: MechanismName, upTo: number): void {
    if (this.#sentBytes >= upTo) return;
    const asServer = mechanism !== 'NULL' && this.#options.role === 'server';
    const greeting = encodeGreeting({ minor: announcedMinor(this.#options), mechanism, asServer });
    const piece = greeting.subarray(this.#sentBytes, upTo);
    this.#sentBytes = upTo;
    this.#options.send(piece);
  }

  #createMechanism(name: MechanismName): Mechanism {
    const host = {
      send: (frame: Uint8Array) => this.#options.send(frame),
      localMetadata: () => encodeLocalMetadata(this.#options),
      acceptMetadata: (buf: Uint8Array, start: number, end: number) => this.#acceptMetadata(buf, start, end),
    };
    return newMechanism(name, host, this.#options);
  }

  #endGreeting(greeting: GreetingReader): void {
    this.#versionMinor = greeting.major > version.major ? version.minor : greeting.minor;
    this.#receivedBytes = greetingBytes;
    this.#greeting = null;
    this.#state = 'handshake';
    this.#decoder = new FrameDecoder(
      { maxFrameBytes: this.#limits.maxCommandBytes },
      { onFrame: (buf, flags, start, end) => this.#onFrame(buf, flags, start, end) },
      commandTooLarge,
    );
    this.#mechanism!.begin();
  }

  #onFrame(buf: Uint8Array, flags: number, start: number, end: number): void {
    if ((flags & FrameFlag.command) === 0) throw unexpectedFrame(flags);
    this.#receivedBytes += frameHeaderBytes(end - start) + end - start;
    const limit = this.#limits.maxHandshakeBytes;
    if (this.#receivedBytes > limit) throw handshakeTooLarge(this.#receivedBytes, limit);
    const { name, bodyStart, bodyEnd } = parseCommand(buf, start, end);
    if (this.#mechanism!.onCommand(name, buf, bodyStart, bodyEnd)) this.#finish();
  }

  #acceptMetadata(buf: Uint8Array, start: number, end: number): void {
    const metadata = parseMetadata(buf, start, end, this.#limits.maxMetadataEntries);
    const username = this.#mechanism!.username;
    this.#peer = {
      versionMinor: this.#versionMinor,
      mechanism: this.#mechanism!.name,
      metadata,
      socketType: this.#peerSocketType(metadata),
      identity: peerIdentity(metadata),
      ...(username === null ? {} : { plainUsername: username }),
    };
  }

  #peerSocketType(metadata: Metadata): string {
    const value = metadata.get('socket-type');
    if (value === undefined) throw badMetadata('it has no property Socket-Type');
    const accepted = acceptedPeerTypes(this.#options);
    const announced = latin1Text(value, 0, Math.min(value.length, shortStringMaxBytes));
    const known = accepted.find((type) => type === announced);
    if (known === undefined) {
      throw socketTypeMismatch(printableText(value, 0, Math.min(value.length, 16)), this.#options.socketType, accepted);
    }
    return known;
  }

  /** Keeps only the result: ten thousand idle connections may keep this object. */
  #finish(): void {
    this.#state = 'ready';
    this.#session = this.#mechanism!.session;
    this.#decoder = null;
    this.#mechanism = null;
  }

  #fail(error: unknown): void {
    const mechanism = this.#state === 'handshake' ? this.#mechanism : null;
    const reason = error instanceof ZmtpError && mechanism !== null ? mechanism.errorReason(error) : null;
    this.#failure = error;
    this.#state = 'failed';
    this.#greeting = null;
    this.#decoder = null;
    this.#mechanism = null;
    if (reason !== null) this.#options.send(encodeError(reason));
  }
}

function peerIdentity(metadata: Metadata): Uint8Array {
  const identity = metadata.get('identity') ?? emptyBytes;
  if (identity.length > shortStringMaxBytes) {
    throw badMetadata(`Identity of ${identity.length} bytes exceeds the limit of ${shortStringMaxBytes} bytes`);
  }
  return identity;
}
