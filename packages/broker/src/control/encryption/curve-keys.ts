import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readCurveKeyFile } from '@pulsemq/protocol';
import { curveKeyHex, parseCurveKey } from '@pulsemq/zmtp';
import type { EngineCurveKeys } from '../../port-encryption.js';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';

/** What stands before the 32 bytes of an X25519 key in PKCS #8. */
const pkcs8Head = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Reads the text of `auth.curve_key_file`. Throws a StartupError that shows no key. */
export function readCurveKeys(text: string): EngineCurveKeys {
  const given = readCurveKeyFile(text);
  if (given.secretKey === undefined) {
    throw new StartupError('auth.curve_key_file has no line secret-key = "...": make one with pulsemq keygen');
  }
  const secretKey = keyOf('secret-key', given.secretKey);
  const publicKey = publicKeyOf(secretKey);
  if (given.publicKey !== undefined && curveKeyHex(keyOf('public-key', given.publicKey)) !== curveKeyHex(publicKey)) {
    throw new StartupError('auth.curve_key_file: its public-key does not belong to its secret-key');
  }
  return { publicKey, secretKey };
}

function keyOf(name: string, text: string): Uint8Array {
  try {
    return parseCurveKey(name, text);
  } catch (error) {
    throw new StartupError(`auth.curve_key_file: ${errorText(error)}`);
  }
}

function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, secretKey]), format: 'der', type: 'pkcs8' });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x!, 'base64url'));
}
