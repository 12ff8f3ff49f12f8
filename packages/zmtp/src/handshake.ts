/**
 * From the first byte to READY, either side, NULL or PLAIN: a state machine over `greeting.ts` and `mechanism/`.
 * After it the owner reads traffic with `frame-decoder.ts` or a scanner of its own.
 */

import { asciiText, emptyBytes, printableText } from './bytes.js';
import { encodeError, parseCommand } from './command.js';
import { FrameFlag, GreetingOffset, greetingBytes, shortStringMaxBytes, version } from './constants.js';
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
import { frameHeaderBytes } from './frame-encoder.js';
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
import { NullMechanism } from './mechanism/null.js';
import { PlainClient, PlainServer } from './mechanism/plain.js';
import { type Metadata, parseMetadata } from './metadata.js';

export type HandshakeState = 'greeting' | 'handshake' | 'ready' | 'failed';

/** What the peer said about itself. Nothing here points into a received chunk. */
export interface PeerInfo {
  /** The minor version both sides can count on: 0, or 1 and up (a peer of a later major speaks 3.1 to us). */
  readonly versionMinor: number;
  readonly mechanism: MechanismName;
  /** All properties, Socket-Type and Identity included; keys in lower case. */
  readonly metadata: Metadata;
  readonly socketType: string;
  readonly identity: Uint8Array;
  /** Who PLAIN has let in; servers only. */
  readonly plainUsername?: string;
}

export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #limits: HandshakeLimits;
  #state: HandshakeState = 'greeting';
  /** Null once whole. */
  #greeting: GreetingReader | null = new GreetingReader();
  /** How much of our greeting is out: a server of several mechanisms names one after hearing the peer's. */
  #sentBytes = 0;
  #receivedBytes = 0;
  #versionMinor = 0;
  #mechanism: Mechanism | null = null;
  /** Exists while commands are due. */
  #decoder: FrameDecoder | null = null;
  #peer: PeerInfo | null = null;
  #failure: unknown = null;

  constructor(options: HandshakeOptions) {
    checkHandshakeOptions(options);
    this.#options = options;
    this.#limits = handshakeLimits(options);
  }

  get state(): HandshakeState {
    return this.#state;
  }

  /** Throws until `state` is `ready`. */
  get peer(): PeerInfo {
    if (this.#peer === null || this.#state !== 'ready') throw notReady('peer is not known');
    return this.#peer;
  }

  /** libzmq's side goes on after 11 of our bytes, so a server that waits for a mechanism does not wait for ever. */
  start(): void {
    const { mechanisms } = this.#options;
    const isFixed = mechanisms.length === 1;
    this.#sendGreeting(mechanisms[0]!, isFixed ? greetingBytes : GreetingOffset.mechanism);
  }

  /** Consumes what belongs to the handshake and returns the offset after it; the rest is the caller's traffic. */
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
    // Also on a mismatch, so that the peer can tell why it is being closed.
    this.#sendGreeting(chosen ?? mechanisms[0]!, greetingBytes);
    if (chosen === undefined) throw mechanismMismatch(announced, mechanisms);
    this.#mechanism = this.#createMechanism(chosen);
  }

  #sendGreeting(mechanism: MechanismName, upTo: number): void {
    if (this.#sentBytes >= upTo) return;
    const asServer = mechanism === 'PLAIN' && this.#options.role === 'server';
    const greeting = encodeGreeting({ minor: announcedMinor(this.#options), mechanism, asServer });
    const piece = greeting.subarray(this.#sentBytes, upTo);
    this.#sentBytes = upTo;
    this.#options.send(piece);
  }

  #createMechanism(name: MechanismName): Mechanism {
    const { role, plain, authenticate } = this.#options;
    const host = {
      send: (frame: Uint8Array) => this.#options.send(frame),
      localMetadata: () => encodeLocalMetadata(this.#options),
      acceptMetadata: (buf: Uint8Array, start: number, end: number) => this.#acceptMetadata(buf, start, end),
    };
    if (name === 'NULL') return new NullMechanism(host, role === 'server');
    return role === 'server' ? new PlainServer(host, authenticate!) : new PlainClient(host, plain!);
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
    if (value === undefined) throw badMetadata('no Socket-Type');
    const accepted = acceptedPeerTypes(this.#options);
    const announced = asciiText(value, 0, Math.min(value.length, shortStringMaxBytes));
    const known = accepted.find((type) => type === announced);
    if (known === undefined) {
      throw socketTypeMismatch(printableText(value, 0, Math.min(value.length, 16)), this.#options.socketType, accepted);
    }
    return known;
  }

  /** Lets go of everything but the result: ten thousand idle connections may keep this object. */
  #finish(): void {
    this.#state = 'ready';
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
    throw badMetadata(`Identity of ${identity.length} bytes exceeds ${shortStringMaxBytes}`);
  }
  return identity;
}
