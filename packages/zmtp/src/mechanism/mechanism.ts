/** A security mechanism, as `handshake.ts` uses it: it reads commands and sends commands until it ends or throws. */

import type { CurveSession } from '../curve/curve-session.js';
import type { ZmtpError } from '../errors.js';

/** The mechanisms of this package. */
export type MechanismName = 'NULL' | 'PLAIN' | 'CURVE';

/** What a mechanism needs of the handshake. */
export interface MechanismHost {
  /** Sends a whole frame. */
  send(frame: Uint8Array): void;
  /** The encoded properties of this side. */
  localMetadata(): Uint8Array;
  /** Checks and keeps the peer's properties. Throws a ZmtpError if they are malformed or the socket type does not fit. */
  acceptMetadata(buf: Uint8Array, start: number, end: number): void;
}

/** One side of one security handshake. */
export interface Mechanism {
  readonly name: MechanismName;
  /** The username that a PLAIN server has accepted; null otherwise. */
  readonly username: string | null;
  /** What CURVE has agreed on, at the end of its handshake; null otherwise. */
  readonly session: CurveSession | null;
  /** Called after both greetings. Sends the first command if this side sends it. */
  begin(): void;
  /** Handles one command with the body `[start, end)`. Returns true at the end of the handshake; throws a ZmtpError. */
  onCommand(name: string, buf: Uint8Array, start: number, end: number): boolean;
  /** The reason to send in an ERROR before closing; null if this side may not send an ERROR now. */
  errorReason(error: ZmtpError): string | null;
}
