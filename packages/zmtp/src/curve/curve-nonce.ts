/** Nonces of CURVE: a text that names the use, then a counter of 8 bytes or 16 random bytes. */

import { latin1Bytes } from '../bytes.js';
import { badNonce } from '../errors.js';
import { readU64, writeI64 } from '../integers.js';
import { boxNonceBytes } from './curve-crypto.js';

/** Bytes of a counter on the wire. */
export const counterBytes = 8;
/** Bytes of a random nonce on the wire. */
export const randomNonceBytes = 16;

/** The text before the counter or the random bytes of each kind of box (RFC 26, "nonces"). */
export const NoncePrefix = {
  hello: latin1Bytes('CurveZMQHELLO---'),
  initiate: latin1Bytes('CurveZMQINITIATE'),
  ready: latin1Bytes('CurveZMQREADY---'),
  messageOfClient: latin1Bytes('CurveZMQMESSAGEC'),
  messageOfServer: latin1Bytes('CurveZMQMESSAGES'),
  welcome: latin1Bytes('WELCOME-'),
  cookie: latin1Bytes('COOKIE--'),
  vouch: latin1Bytes('VOUCH---'),
} as const;

/** The nonce that ends with a counter. */
export function counterNonce(prefix: Uint8Array, counter: number): Uint8Array {
  const nonce = new Uint8Array(boxNonceBytes);
  nonce.set(prefix);
  writeI64(nonce, prefix.length, counter);
  return nonce;
}

/** The nonce that ends with the 16 random bytes at `at`. */
export function randomNonce(prefix: Uint8Array, buf: Uint8Array, at: number): Uint8Array {
  const nonce = new Uint8Array(boxNonceBytes);
  nonce.set(prefix);
  nonce.set(buf.subarray(at, at + randomNonceBytes), prefix.length);
  return nonce;
}

/**
 * Reads the counter at `at`. Throws a ZmtpError `ZMTP_BAD_NONCE` unless it is larger than the last one: a smaller one belongs to a box that was
 * sent before.
 */
export function nextCounter(buf: Uint8Array, at: number, last: number): number {
  const counter = readU64(buf, at);
  if (counter <= last || counter > Number.MAX_SAFE_INTEGER) throw badNonce(counter, last);
  return counter;
}
