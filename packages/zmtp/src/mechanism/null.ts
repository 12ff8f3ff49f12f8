import { type Command, encodeCommand } from '../command.js';
import type { Mechanism, MechanismContext } from './mechanism.js';
import { unexpected } from './unexpected.js';

/** NULL: both sides send READY with their properties (RFC 23). */
export class NullMechanism implements Mechanism {
  readonly #context: MechanismContext;

  constructor(context: MechanismContext) {
    this.#context = context;
  }

  start(): void {
    this.#context.send(encodeCommand('READY', this.#context.metadata));
  }

  receive(command: Command, buf: Uint8Array): boolean {
    if (command.name !== 'READY') throw unexpected(command, buf, 'READY');
    this.#context.acceptMetadata(buf, command.bodyStart, command.bodyEnd);
    return true;
  }
}
