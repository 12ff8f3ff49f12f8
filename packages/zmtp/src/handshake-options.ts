/** Options of a handshake, checked once before the first byte. */

import { emptyBytes, utf8Bytes } from './bytes.js';
import {
  compatibleSocketTypes,
  defaultHandshakeLimits,
  type SocketType,
  shortStringMaxBytes,
  typesWithIdentity,
  version,
} from './constants.js';
import { curveKeyBytes } from './curve/curve-crypto.js';
import type { CurveOptions } from './curve/curve-session.js';
import { badArgument } from './errors.js';
import type { MechanismName } from './mechanism/mechanism.js';
import { type Authenticate, encodeHello, type PlainCredentials } from './mechanism/plain.js';
import { encodeMetadata, type Property } from './metadata.js';

/** Limits of what a peer may send before READY. */
export interface HandshakeLimits {
  /** Bytes of the greeting and all commands up to READY. Default 16,384. */
  readonly maxHandshakeBytes: number;
  /** Bytes of the body of one handshake command. Default 8,192. */
  readonly maxCommandBytes: number;
  /** Properties in the metadata. Default 32. */
  readonly maxMetadataEntries: number;
}

/** One side of a handshake. */
export interface HandshakeOptions {
  /** The side that accepted the connection is the server. */
  readonly role: 'server' | 'client';
  readonly socketType: SocketType;
  /** Socket types to accept. Default: those that RFC 37 allows for `socketType`. */
  readonly acceptedPeerTypes?: readonly string[];
  /** ZMQ_ROUTING_ID, at most 255 bytes. */
  readonly identity?: Uint8Array;
  /** More properties to announce. Names of application properties begin with `X-`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** A server accepts any of these, and the peer chooses. A client announces exactly one. */
  readonly mechanisms: readonly MechanismName[];
  /** ZMQ_PLAIN_USERNAME and ZMQ_PLAIN_PASSWORD, for a PLAIN client. */
  readonly plain?: PlainCredentials;
  /** Decides for a PLAIN server. Must compare in constant time. */
  readonly authenticate?: Authenticate;
  /** Keys of this side, for CURVE; a client also needs `serverKey`. */
  readonly curve?: CurveOptions;
  readonly limits?: Partial<HandshakeLimits>;
  /** Minor version of ZMTP 3 to announce. 0 makes libzmq send subscriptions as messages. Default 1. */
  readonly versionMinor?: 0 | 1;
  /** Writes bytes to the peer. Must not call the handshake before it returns. */
  send(bytes: Uint8Array): void;
}

/** Throws a ZmtpError `ZMTP_BAD_ARGUMENT` if the options cannot make a handshake. */
export function checkHandshakeOptions(options: HandshakeOptions): void {
  const { role, mechanisms } = options;
  if (mechanisms.length === 0) throw badArgument('mechanisms is empty, at least one is needed');
  if (role === 'client' && mechanisms.length > 1) {
    throw badArgument(`mechanisms has ${mechanisms.length} entries, a client announces exactly one`);
  }
  if (mechanisms.includes('PLAIN')) checkPlain(options);
  if (mechanisms.includes('CURVE')) checkCurve(options);
  if ((options.identity?.length ?? 0) > shortStringMaxBytes) {
    throw badArgument(
      `identity of ${options.identity?.length} bytes exceeds the limit of ${shortStringMaxBytes} bytes`,
    );
  }
}

function checkPlain({ role, plain, authenticate }: HandshakeOptions): void {
  if (role === 'server' && authenticate === undefined)
    throw badArgument('a PLAIN server needs the option authenticate');
  if (role === 'server') return;
  if (plain === undefined) throw badArgument('a PLAIN client needs the option plain, with username and password');
  encodeHello(plain);
}

function checkCurve({ role, curve }: HandshakeOptions): void {
  if (curve === undefined) throw badArgument(`a CURVE ${role} needs the option curve, with its keys`);
  if (role === 'client' && curve.serverKey === undefined) {
    throw badArgument('a CURVE client needs curve.serverKey, the public key of the server');
  }
  for (const name of ['publicKey', 'secretKey', 'serverKey'] as const) {
    const sizeBytes = curve[name]?.length ?? curveKeyBytes;
    if (sizeBytes !== curveKeyBytes)
      throw badArgument(`curve.${name} has ${sizeBytes} bytes, expected ${curveKeyBytes}`);
  }
}

/** The limits of the options, completed by the defaults. */
export function handshakeLimits(options: HandshakeOptions): HandshakeLimits {
  return { ...defaultHandshakeLimits, ...options.limits };
}

/** The socket types to accept. */
export function acceptedPeerTypes(options: HandshakeOptions): readonly string[] {
  return options.acceptedPeerTypes ?? compatibleSocketTypes[options.socketType];
}

/** The minor version to announce. */
export function announcedMinor(options: HandshakeOptions): number {
  return options.versionMinor ?? version.minor;
}

/** Encodes the metadata of READY or INITIATE. */
export function encodeLocalMetadata(options: HandshakeOptions): Uint8Array {
  const properties: Property[] = [['Socket-Type', utf8Bytes(options.socketType)]];
  if (typesWithIdentity.has(options.socketType)) properties.push(['Identity', options.identity ?? emptyBytes]);
  for (const [name, value] of Object.entries(options.metadata ?? {})) properties.push([name, utf8Bytes(value)]);
  return encodeMetadata(properties);
}
