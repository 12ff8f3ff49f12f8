import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A self-signed certificate, PEM. */
export interface SelfSignedPair {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** Makes a certificate for these names and addresses that is its own authority. */
export async function selfSignedPair(hosts: readonly string[], days: number): Promise<SelfSignedPair> {
  // The library that signs needs this one, and both take a tenth of a second to load.
  await import('reflect-metadata');
  const { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } = await import(
    '@peculiar/x509'
  );
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const names = hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // Positive, as X.509 wants it.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: [{ CN: [hosts[0]!] }],
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + days * dayMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true), new SubjectAlternativeNameExtension(names)],
  });
  const cert = `${certificate.toString('pem').trim()}\n`;
  const key = pemOf(Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)));
  return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase() };
}

const pemOf = (der: Buffer): string =>
  `-----BEGIN PRIVATE KEY-----\n${der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END PRIVATE KEY-----\n`;
