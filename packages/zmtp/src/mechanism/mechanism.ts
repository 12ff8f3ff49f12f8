import type { Command } from '../command.js';

/** One side of a security mechanism, between the greeting and traffic: commands in, commands out. */
export interface Mechanism {
  /** What this side sends without being asked. */
  start(): void;
  /** Takes one command of the peer; true when the handshake is complete. Throws a ZmtpError when it cannot go on. */
  receive(command: Command, buf: Uint8Array): boolean;
}

/** What a mechanism works with. */
export interface MechanismContext {
  /** Our properties, encoded. */
  readonly metadata: Uint8Array;
  send(frame: Uint8Array): void;
  /** Takes the peer's properties, [start, end) of `buf`. */
  acceptMetadata(buf: Uint8Array, start: number, end: number): void;
}
