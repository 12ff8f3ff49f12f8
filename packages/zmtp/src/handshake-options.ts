/** What a handshake is told by its owner, checked once before the first byte. */

import { emptyBytes, utf8Bytes } from './bytes.js';
import {
  compatibleSocketTypes,
  defaultHandshakeLimits,
  type SocketType,
  shortStringMaxBytes,
  typesWithIdentity,
  version,
} from './constants.js';
import { badArgument } from './errors.js';
import type { MechanismName } from './mechanism/mechanism.js';
import { type Authenticate, encodeHello, type PlainCredentials } from './mechanism/plain.js';
import { encodeMetadata, type Property } from './metadata.js';

export interface HandshakeLimits {
  /** Greeting and all commands up to READY. */
  readonly maxHandshakeBytes: number;
  /** Body of one handshake command. */
  readonly maxCommandBytes: number;
  /** Properties a peer may announce. */
  readonly maxMetadataEntries: number;
}

export interface HandshakeOptions {
  readonly role: 'server' | 'client';
  readonly socketType: SocketType;
  /** Default: whoever RFC 37 lets talk to `socketType`. */
  readonly acceptedPeerTypes?: readonly string[];
  /** ZMQ_ROUTING_ID, at most 255 bytes. */
  readonly identity?: Uint8Array;
  /** Further properties to announce; names of applications start with `X-`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Server: whichever it accepts, the peer picks. Client: exactly one. */
  readonly mechanisms: readonly MechanismName[];
  /** ZMQ_PLAIN_USERNAME and ZMQ_PLAIN_PASSWORD, of a PLAIN client. */
  readonly plain?: PlainCredentials;
  /** Answers for a PLAIN server; must compare in constant time itself. */
  readonly authenticate?: Authenticate;
  readonly limits?: Partial<HandshakeLimits>;
  /** ZMTP minor version to announce; 0 makes libzmq send subscriptions as messages. Default 1. */
  readonly versionMinor?: 0 | 1;
  /** Takes bytes to be written as they are. Must not call back into the handshake before it returns. */
  send(bytes: Uint8Array): void;
}

export function checkHandshakeOptions(options: HandshakeOptions): void {
  const { role, mechanisms } = options;
  if (mechanisms.length === 0) throw badArgument('mechanisms is empty');
  if (role === 'client' && mechanisms.length > 1) {
    throw badArgument(`a client announces one mechanism, not ${mechanisms.length}`);
  }
  if (mechanisms.includes('PLAIN')) checkPlain(options);
  if ((options.identity?.length ?? 0) > shortStringMaxBytes) {
    throw badArgument(`identity of ${options.identity?.length} bytes exceeds ${shortStringMaxBytes}`);
  }
}

function checkPlain({ role, plain, authenticate }: HandshakeOptions): void {
  if (role === 'server' && authenticate === undefined) throw badArgument('a PLAIN server needs authenticate');
  if (role === 'server') return;
  if (plain === undefined) throw badArgument('a PLAIN client needs plain: username and password');
  encodeHello(plain);
}

export function handshakeLimits(options: HandshakeOptions): HandshakeLimits {
  return { ...defaultHandshakeLimits, ...options.limits };
}

export function acceptedPeerTypes(options: HandshakeOptions): readonly string[] {
  return options.acceptedPeerTypes ?? compatibleSocketTypes[options.socketType];
}

export function announcedMinor(options: HandshakeOptions): number {
  return options.versionMinor ?? version.minor;
}

/** The body of READY or INITIATE. */
export function encodeLocalMetadata(options: HandshakeOptions): Uint8Array {
  const properties: Property[] = [['Socket-Type', utf8Bytes(options.socketType)]];
  if (typesWithIdentity.has(options.socketType)) properties.push(['Identity', options.identity ?? emptyBytes]);
  for (const [name, value] of Object.entries(options.metadata ?? {})) properties.push([name, utf8Bytes(value)]);
  return encodeMetadata(properties);
}
