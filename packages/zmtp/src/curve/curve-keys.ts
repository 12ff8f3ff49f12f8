/** Keys of CURVE as people write them: 40 characters of Z85, or 64 of hex. */

import { badArgument } from '../errors.js';
import { curveKeyBytes } from './curve-crypto.js';
import { decodeZ85, encodeZ85 } from './z85.js';

const hexKey = /^[0-9a-fA-F]{64}$/;

/** Reads a key of 32 bytes. Throws a ZmtpError `ZMTP_BAD_ARGUMENT` that does not quote the text: it may be a secret key. */
export function parseCurveKey(name: string, text: string): Uint8Array {
  const bytes = hexKey.test(text) ? hexBytes(text) : decodeZ85(text);
  if (bytes?.length === curveKeyBytes) return bytes;
  throw badArgument(`${name} has ${text.length} characters, expected a CURVE key: 40 characters of Z85 or 64 of hex`);
}

/** A key in Z85, 40 characters. */
export const curveKeyZ85 = (key: Uint8Array): string => encodeZ85(key);

/** A key in lower-case hex, 64 characters. */
export const curveKeyHex = (key: Uint8Array): string =>
  Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('');

function hexBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
