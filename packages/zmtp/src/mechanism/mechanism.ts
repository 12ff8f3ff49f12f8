/** What every security mechanism looks like to `handshake.ts`: commands in, commands out, done or thrown. */

import type { ZmtpError } from '../errors.js';

export type MechanismName = 'NULL' | 'PLAIN';

/** The side of the handshake a mechanism talks to. */
export interface MechanismHost {
  send(frame: Uint8Array): void;
  /** This side's properties, encoded. */
  localMetadata(): Uint8Array;
  /** Checks and keeps the peer's properties; throws when they do not do. */
  acceptMetadata(buf: Uint8Array, start: number, end: number): void;
}

export interface Mechanism {
  readonly name: MechanismName;
  /** The user PLAIN has accepted. */
  readonly username: string | null;
  /** Both greetings are through: sends what this side may send first. */
  begin(): void;
  /** One command with its body; true when the handshake is over. */
  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean;
  /** The reason to put into an ERROR before closing, or null where the mechanism has no place for one. */
  errorReason(error: ZmtpError): string | null;
}
