/** Sizes and offsets in the bodies of CURVE's commands (RFC 26), counted after the name of the command. */

import { boxOverheadBytes, curveKeyBytes } from '../curve/curve-crypto.js';
import { counterBytes, randomNonceBytes } from '../curve/curve-nonce.js';
import { badCommand } from '../errors.js';

/** CurveZMQ 1.0, the only version. */
export const curveVersion = { major: 1, minor: 0 } as const;

/** Zeros in the box of HELLO, and bytes in the vouch: the client's short-term key and the server's permanent one. */
export const signedBytes = 64;
const signedBoxBytes = signedBytes + boxOverheadBytes;

/** A cookie: a random nonce and a box with the client's short-term public key and the server's short-term secret key. */
export const cookieBytes = randomNonceBytes + 2 * curveKeyBytes + boxOverheadBytes;

/** HELLO: version, 72 bytes of padding, so that the answer WELCOME is not larger than HELLO, short-term key of the client, counter, box. */
export const Hello = { key: 74, counter: 106, box: 114, bytes: 114 + signedBoxBytes } as const;

/** WELCOME: random nonce, box with the server's short-term key and the cookie. */
export const Welcome = {
  box: randomNonceBytes,
  bytes: randomNonceBytes + curveKeyBytes + cookieBytes + boxOverheadBytes,
} as const;

/** INITIATE: cookie, counter, box. In the box: permanent key of the client, vouch, metadata. */
export const Initiate = { counter: cookieBytes, box: cookieBytes + counterBytes } as const;

/** What is in the box of INITIATE. */
export const InitiatePlain = {
  vouchNonce: curveKeyBytes,
  vouchBox: curveKeyBytes + randomNonceBytes,
  metadata: curveKeyBytes + randomNonceBytes + signedBoxBytes,
} as const;

/** READY: counter, box with the metadata. */
export const Ready = { box: counterBytes } as const;

/** Throws a ZmtpError `ZMTP_BAD_COMMAND` unless a body has exactly these bytes. */
export function checkBodyBytes(name: string, bodyBytes: number, expectedBytes: number): void {
  if (bodyBytes !== expectedBytes) throw badCommand(`${name} has ${bodyBytes} bytes, expected ${expectedBytes}`);
}

/** Throws a ZmtpError `ZMTP_BAD_COMMAND` for a body without room for what must be in it. */
export function checkBodyMinBytes(name: string, bodyBytes: number, minBytes: number): void {
  if (bodyBytes < minBytes) throw badCommand(`${name} has ${bodyBytes} bytes, expected at least ${minBytes}`);
}
