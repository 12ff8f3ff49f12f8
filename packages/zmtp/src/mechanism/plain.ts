import { type Command, encodeCommand } from '../command.js';
import { ZmtpError, ZmtpErrorCode } from '../errors.js';
import type { Mechanism, MechanismContext } from './mechanism.js';
import { unexpected } from './unexpected.js';

/** PLAIN, RFC 24: HELLO with name and password, WELCOME, INITIATE with properties, READY with properties. */

/** Name and password of a client. Each at most 255 bytes in UTF-8. */
export interface PlainCredentials {
  readonly username: string;
  readonly password: string;
}

/** Judges credentials; answers at once. */
export type PlainAuthenticate = (username: string, password: string) => boolean;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class PlainClient implements Mechanism {
  readonly #context: MechanismContext;
  readonly #credentials: PlainCredentials;
  #welcomed = false;

  constructor(context: MechanismContext, credentials: PlainCredentials) {
    this.#context = context;
    this.#credentials = credentials;
  }

  start(): void {
    const { username, password } = this.#credentials;
    this.#context.send(encodeCommand('HELLO', new Uint8Array([...shortText(username), ...shortText(password)])));
  }

  receive(command: Command, buf: Uint8Array): boolean {
    if (!this.#welcomed) {
      if (command.name !== 'WELCOME') throw unexpected(command, buf, 'WELCOME');
      this.#welcomed = true;
      this.#context.send(encodeCommand('INITIATE', this.#context.metadata));
      return false;
    }
    if (command.name !== 'READY') throw unexpected(command, buf, 'READY');
    this.#context.acceptMetadata(buf, command.bodyStart, command.bodyEnd);
    return true;
  }
}

export class PlainServer implements Mechanism {
  readonly #context: MechanismContext;
  readonly #authenticate: PlainAuthenticate;
  /** The name that was accepted. */
  username: string | undefined;

  constructor(context: MechanismContext, authenticate: PlainAuthenticate) {
    this.#context = context;
    this.#authenticate = authenticate;
  }

  start(): void {}

  receive(command: Command, buf: Uint8Array): boolean {
    if (this.username === undefined) {
      if (command.name !== 'HELLO') throw unexpected(command, buf, 'HELLO');
      this.#welcome(command, buf);
      return false;
    }
    if (command.name !== 'INITIATE') throw unexpected(command, buf, 'INITIATE');
    this.#context.acceptMetadata(buf, command.bodyStart, command.bodyEnd);
    this.#context.send(encodeCommand('READY', this.#context.metadata));
    return true;
  }

  #welcome(command: Command, buf: Uint8Array): void {
    const username = readShortText(buf, command.bodyStart, command.bodyEnd);
    const password = readShortText(buf, username.end, command.bodyEnd);
    if (password.end !== command.bodyEnd) throw badHello();
    if (!this.#authenticate(username.text, password.text)) {
      this.#context.send(encodeCommand('ERROR', shortText('Invalid username or password')));
      throw new ZmtpError(ZmtpErrorCode.authenticationFailed, 'PLAIN credentials refused');
    }
    this.username = username.text;
    this.#context.send(encodeCommand('WELCOME'));
  }
}

const badHello = (): ZmtpError =>
  new ZmtpError(ZmtpErrorCode.badCommand, 'HELLO does not hold exactly a username and a password');

function shortText(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  if (bytes.length > 255) {
    throw new ZmtpError(
      ZmtpErrorCode.authenticationFailed,
      `a PLAIN credential has ${bytes.length} bytes, the limit is 255`,
    );
  }
  return new Uint8Array([bytes.length, ...bytes]);
}

function readShortText(buf: Uint8Array, start: number, end: number): { text: string; end: number } {
  if (start >= end || start + 1 + buf[start]! > end) throw badHello();
  const textEnd = start + 1 + buf[start]!;
  return { text: decoder.decode(buf.subarray(start + 1, textEnd)), end: textEnd };
}
