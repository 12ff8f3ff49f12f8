/**
 * TLS on Node: the options of a client as options of `node:tls`, and what to do about a certificate that is refused.
 */
import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import type { TlsOptions } from '../core/security-options.js';

/**
 * Options of a connection to `host`. A name is sent to the broker; an address is only compared with the certificate. Throws a PulseMQError
 * `PMQ_BAD_OPTION` that shows no key.
 */
export const tlsOptions = (tls: TlsOptions, host: string): ConnectionOptions => ({
  secureContext: secureContextOf(tls),
  ...(tls.serverName !== undefined ? { servername: tls.serverName } : isIP(host) === 0 && { servername: host }),
});

/** Node ignores a text without a certificate, and the broker would then look untrusted. */
function secureContextOf({ ca, cert, key }: TlsOptions): ConnectionOptions['secureContext'] {
  const files = Object.entries({ ca, cert, key }).flatMap(([name, pem]) =>
    pem === undefined ? [] : [[name, textOf(pem)]],
  );
  for (const [name, text] of files) {
    if (!text!.includes('-----BEGIN ')) throw bad(`tls.${name} has no PEM, expected text with -----BEGIN ...-----`);
  }
  try {
    return createSecureContext({ minVersion: 'TLSv1.3', ...Object.fromEntries(files) });
  } catch (error) {
    const names = files.map(([name]) => `tls.${name}`).join(', ');
    throw bad(`${names} cannot be used: ${(error as Error).message}`);
  }
}

const textOf = (pem: string | Uint8Array): string =>
  typeof pem === 'string' ? pem : Buffer.from(pem).toString('latin1');

const bad = (text: string): PulseMQError => new PulseMQError(ErrorCode.badOption, text);

const notTrusted = "the broker's certificate is not trusted: give its authority, or the certificate itself, as tls.ca";

const advice: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: notTrusted,
  SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
  CERT_HAS_EXPIRED: "the broker's certificate has expired",
  CERT_NOT_YET_VALID: "the broker's certificate is not valid yet: check the clocks of both machines",
  ERR_TLS_CERT_ALTNAME_INVALID: "the broker's certificate is for another name: give that name as tls.serverName",
  ERR_SSL_WRONG_VERSION_NUMBER: 'the port answers without TLS: is TLS on at the broker?',
};

/** What the code of an error of `node:tls` means and what to do, with a comma in front; empty for other codes. */
export const tlsAdvice = (code: string): string => (advice[code] === undefined ? '' : `, ${advice[code]}`);
