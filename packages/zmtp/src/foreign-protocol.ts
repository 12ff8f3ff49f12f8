/** Puts a name to a peer that is no ZMTP 3 peer, so that the log says "somebody points a browser at this port". */

import { asciiText } from './bytes.js';
import { signatureFirst } from './constants.js';

const httpStarts = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'CONNECT ', 'TRACE ', 'PRI * '];

/** Judges by the bytes there are, be it one: a start that agrees so far counts. */
export function foreignProtocol(first: Uint8Array): string {
  const text = asciiText(first, 0, first.length);
  const startsLike = (start: string) => start.startsWith(text.slice(0, start.length));
  if (first[0] === signatureFirst) return olderZmtpOrNoise(first);
  if (startsLike('\x16\x03')) return 'a TLS handshake';
  if (httpStarts.some(startsLike)) return 'an HTTP request';
  if (startsLike('SSH-')) return 'an SSH client';
  if (startsLike('PROXY ') || startsLike('\r\n\r\n\0\r\nQUIT\n')) return 'a PROXY protocol header';
  if (first.length > 1 && first[1] === 0) return 'a ZMTP 1 peer';
  return 'another protocol';
}

/** A ZMTP 1 frame in its long form starts with ff too; what would be our 7f are its flags, 00 or 01 (RFC 13). */
function olderZmtpOrNoise(first: Uint8Array): string {
  return first[9] === 0 || first[9] === 1 ? 'a ZMTP 1 peer' : 'noise after the byte ff';
}
