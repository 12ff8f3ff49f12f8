/** PLAIN (RFC 24): HELLO, WELCOME, INITIATE, READY; the client speaks first, the server may answer ERROR. */

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

export interface PlainCredentials {
  readonly username: string;
  readonly password: string;
}

export type Authenticate = (username: string, password: string) => boolean;

export class PlainServer implements Mechanism {
  readonly name = 'PLAIN';
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

  /** libzmq reports a refusal as one (and not as a broken peer) only for the status codes of ZAP (RFC 27). */
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

export class PlainClient implements Mechanism {
  readonly name = 'PLAIN';
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

  /** RFC 24 gives ERROR to the server alone. */
  errorReason(): null {
    return null;
  }

  #onWelcome(name: string, start: number, end: number): boolean {
    if (name !== 'WELCOME') throw unexpectedCommand(name, 'WELCOME');
    if (end > start) throw badCommand(`WELCOME has a body of ${end - start} bytes`);
    this.#isWelcome = true;
    this.#host.send(encodeCommand('INITIATE', this.#host.localMetadata()));
    return false;
  }
}

/** Also the check of the credentials: RFC 24 gives each of them one length byte. */
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
    throw badArgument(`PLAIN ${what} of ${bytes.length} bytes exceeds ${shortStringMaxBytes}`);
  }
  return bytes;
}

/** Says nothing about the contents: the text ends up in a log. */
function parseHello(buf: Uint8Array, start: number, end: number): PlainCredentials {
  const usernameEnd = start < end ? start + 1 + buf[start]! : end;
  const passwordEnd = usernameEnd < end ? usernameEnd + 1 + buf[usernameEnd]! : -1;
  if (passwordEnd !== end) throw badCommand('HELLO is not a username and a password');
  return { username: utf8Text(buf, start + 1, usernameEnd), password: utf8Text(buf, usernameEnd + 1, passwordEnd) };
}

function utf8Text(buf: Uint8Array, start: number, end: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(buf.subarray(start, end));
  } catch {
    throw badCommand('HELLO is not UTF-8');
  }
}
