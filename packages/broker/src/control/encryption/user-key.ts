import { X509Certificate } from 'node:crypto';
import type { UserKeyKind } from '@pulsemq/protocol';
import { curveKeyHex, curveKeyZ85, parseCurveKey } from '@pulsemq/zmtp';

/** SHA-256 of a certificate: 32 pairs of hex digits, with or without colons between them. */
const fingerprint = /^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i;

/**
 * A key as the store and the engine have it, of what a person gives: a public key of CURVE in Z85 or hex; a client certificate in PEM, or its
 * SHA-256. Undefined when it is neither.
 */
export function storedKey(kind: UserKeyKind, text: string): string | undefined {
  const hex = kind === 'curve' ? curveHex(text.trim()) : certificateHex(text.trim());
  return hex === undefined ? undefined : `${kind}:${hex}`;
}

/** A stored key in the form that people use. */
export function shownKey(stored: string): { readonly kind: UserKeyKind; readonly key: string } {
  const at = stored.indexOf(':');
  const [kind, hex] = [stored.slice(0, at) as UserKeyKind, stored.slice(at + 1)];
  return { kind, key: kind === 'curve' ? curveKeyZ85(new Uint8Array(Buffer.from(hex, 'hex'))) : hex };
}

function curveHex(text: string): string | undefined {
  try {
    return curveKeyHex(parseCurveKey('key', text));
  } catch {
    // The caller says what a key looks like.
    return undefined;
  }
}

function certificateHex(text: string): string | undefined {
  if (fingerprint.test(text)) return text.replaceAll(':', '').toLowerCase();
  try {
    return new X509Certificate(text).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    // The caller says what a key looks like.
    return undefined;
  }
}
