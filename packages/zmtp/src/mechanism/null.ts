/** NULL (RFC 37): the client sends READY, the server checks it and answers READY or ERROR. */

import { encodeCommand, parseError } from '../command.js';
import { refusedByPeer, unexpectedCommand, type ZmtpError } from '../errors.js';
import type { Mechanism, MechanismHost } from './mechanism.js';

/** NULL for both sides. */
export class NullMechanism implements Mechanism {
  readonly name = 'NULL';
  readonly username = null;
  readonly session = null;
  readonly #host: MechanismHost;
  readonly #isServer: boolean;

  constructor(host: MechanismHost, isServer: boolean) {
    this.#host = host;
    this.#isServer = isServer;
  }

  begin(): void {
    if (!this.#isServer) this.#sendReady();
  }

  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean {
    if (name === 'ERROR') throw refusedByPeer(parseError(buf, start, end));
    if (name !== 'READY') throw unexpectedCommand(name, 'READY');
    this.#host.acceptMetadata(buf, start, end);
    if (this.#isServer) this.#sendReady();
    return true;
  }

  /** ERROR replaces READY, and a client has sent its READY already. */
  errorReason(error: ZmtpError): string | null {
    return this.#isServer ? error.code : null;
  }

  #sendReady(): void {
    this.#host.send(encodeCommand('READY', this.#host.localMetadata()));
  }
}
