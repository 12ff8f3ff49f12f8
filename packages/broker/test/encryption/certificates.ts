import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type X509Certificate as Signed,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

interface Issuer extends CertificatePair {
  readonly signed: Signed;
  readonly keys: CryptoKeyPair;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

async function make(name: string, issuer: Issuer | null, days = 1): Promise<Issuer> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const extensions = [
    new BasicConstraintsExtension(issuer === null, undefined, true),
    new SubjectAlternativeNameExtension([
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
    ]),
  ];
  const common = {
    notBefore: new Date(Date.now() - 3 * dayMs),
    notAfter: new Date(Date.now() + days * dayMs),
    signingAlgorithm: algorithm,
    extensions,
  };
  const signed =
    issuer === null
      ? await X509CertificateGenerator.createSelfSigned({ ...common, name: `CN=${name}`, keys: keys as never })
      : await X509CertificateGenerator.create({
          ...common,
          subject: `CN=${name}`,
          issuer: issuer.signed.subject,
          publicKey: keys.publicKey as never,
          signingKey: issuer.keys.privateKey as never,
        });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
  return { cert: `${signed.toString('pem')}\n`, key, signed, keys };
}

/** A self-signed certificate for localhost, valid for some days; with a negative number it has expired. */
export const selfSigned = (name = 'localhost', days = 1): Promise<CertificatePair> => make(name, null, days);

/** An authority and a client certificate that it has signed. */
export async function clientCertificate(name: string): Promise<{ ca: string; client: CertificatePair }> {
  const authority = await make('authority', null);
  return { ca: authority.cert, client: await make(name, authority) };
}

/** The SHA-256 of a certificate, as keys of users have it. */
export const fingerprintOf = (cert: string): string =>
  new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
