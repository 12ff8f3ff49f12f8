/** Names the protocol of a peer that does not speak ZMTP 3, so that the log tells an operator which client to look for. */

import { latin1Text } from './bytes.js';
import { signatureFirst } from './constants.js';

const httpStarts = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'CONNECT ', 'TRACE ', 'PRI * '];

/**
 * Names the protocol that begins with these bytes, at least one. With few bytes the first protocol that still fits is
 * named.
 */
export function foreignProtocol(first: Uint8Array): string {
  const text = latin1Text(first, 0, first.length);
  const startsLike = (start: string) => start.startsWith(text.slice(0, start.length));
  if (first[0] === signatureFirst) return olderZmtpOrNoise(first);
  if (startsLike('\x16\x03')) return 'a TLS handshake';
  if (httpStarts.some(startsLike)) return 'an HTTP request';
  if (startsLike('SSH-')) return 'an SSH client';
  if (startsLike('PROXY ') || startsLike('\r\n\r\n\0\r\nQUIT\n')) return 'a PROXY protocol header';
  if (first.length > 1 && first[1] === 0) return 'a ZMTP 1 peer';
  return 'another protocol';
}

/** A long ZMTP 1 frame also begins with ff. Byte 9 is 7f in a greeting, and the flags, 00 or 01, in ZMTP 1 (RFC 13). */
function olderZmtpOrNoise(first: Uint8Array): string {
  return first[9] === 0 || first[9] === 1 ? 'a ZMTP 1 peer' : 'noise after the byte ff';
}
