/** The greeting: the first 64 bytes of each side (RFC 37, "greeting"). After it: `handshake.ts` with commands. */

import { emptyBytes, joinBytes, latin1Text, printableText, wireName } from './bytes.js';
import {
  GreetingOffset,
  greetingBytes,
  mechanismFieldBytes,
  signatureFirst,
  signatureLast,
  version,
} from './constants.js';
import { badGreeting, badSignature, unsupportedVersion, type ZmtpError } from './errors.js';
import { foreignProtocol } from './foreign-protocol.js';

/** The fields of a greeting that a side chooses. */
export interface Greeting {
  readonly minor: number;
  readonly mechanism: string;
  /** CURVE needs this. libzmq sends 0 for PLAIN on both sides, so the peer's value is not checked. */
  readonly asServer: boolean;
}

/** Encodes a greeting of 64 bytes. */
export function encodeGreeting(greeting: Greeting): Uint8Array {
  const bytes = new Uint8Array(greetingBytes);
  bytes[0] = signatureFirst;
  bytes[GreetingOffset.signatureEnd] = signatureLast;
  bytes[GreetingOffset.major] = version.major;
  bytes[GreetingOffset.minor] = greeting.minor;
  for (let i = 0; i < greeting.mechanism.length; i++) {
    bytes[GreetingOffset.mechanism + i] = greeting.mechanism.charCodeAt(i);
  }
  bytes[GreetingOffset.asServer] = greeting.asServer ? 1 : 0;
  return bytes;
}

/** Reads the peer's greeting in any number of pieces. Throws at the first byte that is not ZMTP 3. */
export class GreetingReader {
  #held: Uint8Array = emptyBytes;

  /** Uses at most the missing bytes and returns the offset after them. Throws a ZmtpError if the peer does not speak ZMTP 3. */
  push(chunk: Uint8Array, start: number, end: number): number {
    const seenBytes = this.#held.length;
    const stop = Math.min(end, start + greetingBytes - seenBytes);
    this.#held = joinBytes(this.#held, chunk.subarray(start, stop));
    this.#check(seenBytes);
    return stop;
  }

  /** True when all 64 bytes have arrived. */
  get isWhole(): boolean {
    return this.#held.length === greetingBytes;
  }

  /** Major version of the peer. Valid once the greeting is whole. */
  get major(): number {
    return this.#held[GreetingOffset.major]!;
  }

  /** Minor version of the peer. Valid once the greeting is whole. */
  get minor(): number {
    return this.#held[GreetingOffset.minor]!;
  }

  /** Name of the peer's mechanism; null until 32 bytes have arrived. */
  get mechanism(): string | null {
    if (this.#held.length < GreetingOffset.asServer) return null;
    const start = GreetingOffset.mechanism;
    const zero = this.#held.indexOf(0, start);
    const end = zero === -1 ? GreetingOffset.asServer : Math.min(zero, GreetingOffset.asServer);
    return latin1Text(this.#held, start, end);
  }

  #check(seenBytes: number): void {
    const isNew = (offset: number) => offset >= seenBytes && offset < this.#held.length;
    if (isNew(0) && this.#held[0] !== signatureFirst) throw this.#notZmtp();
    const { signatureEnd, major, asServer } = GreetingOffset;
    if (isNew(signatureEnd) && this.#held[signatureEnd] !== signatureLast) throw this.#notZmtp();
    if (isNew(major) && this.major < version.major) throw unsupportedVersion(this.major);
    if (isNew(asServer - 1)) this.#checkMechanism();
  }

  #checkMechanism(): void {
    const start = GreetingOffset.mechanism;
    const name = this.mechanism ?? '';
    const padding = this.#held.subarray(start + name.length, start + mechanismFieldBytes);
    if (wireName.test(name) && padding.every((byte) => byte === 0)) return;
    throw badGreeting(
      `its mechanism field "${printableText(this.#held, start, start + mechanismFieldBytes)}" is not a name padded with zeros`,
    );
  }

  #notZmtp(): ZmtpError {
    const seen = Array.from(this.#held.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return badSignature(seen, foreignProtocol(this.#held));
  }
}
