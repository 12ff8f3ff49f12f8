import { greetingBytes, type MechanismName, versionMajor, versionMinor } from './constants.js';
import { ZmtpError, ZmtpErrorCode } from './errors.js';

/** The 64 bytes both sides open with (RFC 23, greeting). */
export interface Greeting {
  readonly versionMajor: number;
  readonly versionMinor: number;
  readonly mechanism: string;
  readonly asServer: boolean;
}

const mechanismAt = 12;
const mechanismMaxBytes = 20;
const asServerAt = 32;

/** Our greeting, in one piece. */
export function encodeGreeting(mechanism: MechanismName, asServer: boolean, minor = versionMinor): Uint8Array {
  const bytes = new Uint8Array(greetingBytes);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = versionMajor;
  bytes[11] = minor;
  for (let index = 0; index < mechanism.length; index++) bytes[mechanismAt + index] = mechanism.charCodeAt(index);
  bytes[asServerAt] = asServer ? 1 : 0;
  return bytes;
}

/** Checks the first `length` bytes of a greeting as far as they go, so that a stranger is recognised at its first byte. */
export function checkGreetingStart(bytes: Uint8Array, length: number): void {
  if (length >= 1 && bytes[0] !== 0xff) throw badSignature(bytes, length);
  if (length >= 10 && (bytes[9]! & 1) === 0) throw badSignature(bytes, length);
  if (length >= 11 && bytes[10]! < versionMajor) {
    throw new ZmtpError(
      ZmtpErrorCode.badVersion,
      `peer speaks ZMTP ${bytes[10]! + 1 > 2 ? 2 : 1}, expected 3.0 or newer`,
    );
  }
}

/** Reads a whole greeting that `checkGreetingStart` has passed. */
export function parseGreeting(bytes: Uint8Array): Greeting {
  let mechanism = '';
  for (let at = mechanismAt; at < mechanismAt + mechanismMaxBytes && bytes[at] !== 0; at++) {
    mechanism += String.fromCharCode(bytes[at]!);
  }
  if (!/^[A-Z0-9\-_.+]+$/.test(mechanism)) {
    throw new ZmtpError(ZmtpErrorCode.badGreeting, `mechanism ${JSON.stringify(mechanism)} is no ZMTP mechanism name`);
  }
  return { versionMajor: bytes[10]!, versionMinor: bytes[11]!, mechanism, asServer: (bytes[asServerAt]! & 1) !== 0 };
}

function badSignature(bytes: Uint8Array, length: number): ZmtpError {
  const shown = [...bytes.subarray(0, Math.min(length, 8))].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return new ZmtpError(ZmtpErrorCode.badSignature, `no ZMTP greeting: first bytes ${shown}${lookAlike(bytes, length)}`);
}

/** What the bytes look like, where that is plain. */
function lookAlike(bytes: Uint8Array, length: number): string {
  if (bytes[0] === 0x16 && (length < 2 || bytes[1] === 0x03)) return ' (looks like TLS)';
  const start = String.fromCharCode(...bytes.subarray(0, Math.min(length, 4)));
  return /^(GET|POST|PUT|HEAD|OPTI|DELE|CONN|PATC|PRI)/.test(start) ? ' (looks like HTTP)' : '';
}
