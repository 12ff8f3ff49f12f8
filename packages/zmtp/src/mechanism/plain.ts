/** PLAIN (RFC 24): the client sends HELLO and INITIATE, the server answers WELCOME and READY, or ERROR. */

import { emptyBytes, utf8Bytes } from '../bytes.js';
import { encodeCommand, parseError } from '../command.js';
import { shortStringMaxBytes } from '../constants.js';
import {
  authFailed,
  badArgument,
  badCommand,
  refusedByPeer,
  unexpectedCommand,
  type ZmtpError,
  ZmtpErrorCode,
} from '../errors.js';
import type { Mechanism, MechanismHost } from './mechanism.js';

/** A username and a password, each at most 255 bytes of UTF-8. */
export interface PlainCredentials {
  readonly username: string;
  readonly password: string;
}

/** Returns true if the password belongs to the username. */
export type Authenticate = (username: string, password: string) => boolean;

/** The server's side of PLAIN. */
export class PlainServer implements Mechanism {
  readonly name = 'PLAIN';
  readonly session = null;
  readonly #host: MechanismHost;
  readonly #authenticate: Authenticate;
  #username: string | null = null;

  constructor(host: MechanismHost, authenticate: Authenticate) {
    this.#host = host;
    this.#authenticate = authenticate;
  }

  get username(): string | null {
    return this.#username;
  }

  begin(): void {}

  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean {
    if (this.#username === null) return this.#onHello(name, buf, start, end);
    if (name !== 'INITIATE') throw unexpectedCommand(name, 'INITIATE');
    this.#host.acceptMetadata(buf, start, end);
    this.#host.send(encodeCommand('READY', this.#host.localMetadata()));
    return true;
  }

  /** libzmq reports a refusal only for the status codes of ZAP (RFC 27); otherwise it reports a broken peer. */
  errorReason(error: ZmtpError): string {
    return error.code === ZmtpErrorCode.authFailed ? '400' : error.code;
  }

  #onHello(name: string, buf: Uint8Array, start: number, end: number): boolean {
    if (name !== 'HELLO') throw unexpectedCommand(name, 'HELLO');
    const { username, password } = parseHello(buf, start, end);
    if (!this.#authenticate(username, password)) throw authFailed();
    this.#username = username;
    this.#host.send(encodeCommand('WELCOME', emptyBytes));
    return false;
  }
}

/** The client's side of PLAIN. */
export class PlainClient implements Mechanism {
  readonly name = 'PLAIN';
  readonly session = null;
  readonly username = null;
  readonly #host: MechanismHost;
  readonly #credentials: PlainCredentials;
  #isWelcome = false;

  constructor(host: MechanismHost, credentials: PlainCredentials) {
    this.#host = host;
    this.#credentials = credentials;
  }

  begin(): void {
    this.#host.send(encodeHello(this.#credentials));
  }

  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean {
    if (name === 'ERROR') throw refusedByPeer(parseError(buf, start, end));
    if (!this.#isWelcome) return this.#onWelcome(name, start, end);
    if (name !== 'READY') throw unexpectedCommand(name, 'READY');
    this.#host.acceptMetadata(buf, start, end);
    return true;
  }

  /** RFC 24 lets only the server send ERROR. */
  errorReason(): null {
    return null;
  }

  #onWelcome(name: string, start: number, end: number): boolean {
    if (name !== 'WELCOME') throw unexpectedCommand(name, 'WELCOME');
    if (end > start) throw badCommand(`WELCOME has a body of ${end - start} bytes, expected none`);
    this.#isWelcome = true;
    this.#host.send(encodeCommand('INITIATE', this.#host.localMetadata()));
    return false;
  }
}

/** Encodes HELLO. Throws a ZmtpError for credentials over 255 bytes: RFC 24 gives each a length of one byte. */
export function encodeHello(credentials: PlainCredentials): Uint8Array {
  const username = shortString('username', credentials.username);
  const password = shortString('password', credentials.password);
  const body = new Uint8Array(2 + username.length + password.length);
  body[0] = username.length;
  body.set(username, 1);
  body[1 + username.length] = password.length;
  body.set(password, 2 + username.length);
  return encodeCommand('HELLO', body);
}

function shortString(what: string, text: string): Uint8Array {
  const bytes = utf8Bytes(text);
  if (bytes.length > shortStringMaxBytes) {
    throw badArgument(`PLAIN ${what} of ${bytes.length} bytes exceeds the limit of ${shortStringMaxBytes} bytes`);
  }
  return bytes;
}

/** The errors do not quote the contents, because error texts go to logs. */
function parseHello(buf: Uint8Array, start: number, end: number): PlainCredentials {
  const usernameEnd = start < end ? start + 1 + buf[start]! : end;
  const passwordEnd = usernameEnd < end ? usernameEnd + 1 + buf[usernameEnd]! : -1;
  if (passwordEnd !== end) throw badCommand('HELLO does not hold exactly a username and a password');
  return { username: utf8Text(buf, start + 1, usernameEnd), password: utf8Text(buf, usernameEnd + 1, passwordEnd) };
}

function utf8Text(buf: Uint8Array, start: number, end: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buf.subarray(start, end));
  } catch {
    throw badCommand('HELLO is not valid UTF-8');
  }
}
