import { renameSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTls } from '../../src/control/encryption/encryption-files.js';
import { engineInThread } from '../control/engine-in-thread.js';
import { RunningServer, temporaryFolder } from '../control/running-server.js';
import { until } from '../control/until.js';
import { type CertificatePair, selfSigned } from './certificates.js';

/** Puts a pair in place of the one before, each file by a rename, as tools do. */
function place(folder: string, { cert, key }: CertificatePair): void {
  for (const [name, text] of Object.entries({ 'cert.pem': cert, 'key.pem': key })) {
    writeFileSync(join(folder, `${name}.new`), text);
    renameSync(join(folder, `${name}.new`), join(folder, name));
  }
}

/** The status of `/health` by HTTPS; rejects for a certificate that is not trusted. */
const health = (port: number, ca: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', ca, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('error', reject);
  });

test('a certificate that is replaced is used for new connections; a pair that does not fit is not', async () => {
  const folder = temporaryFolder();
  const [first, second, third] = [await selfSigned(), await selfSigned(), await selfSigned()];
  place(folder, first);
  const server = { tls_cert_file: join(folder, 'cert.pem'), tls_key_file: join(folder, 'key.pem') };
  const running = await RunningServer.start({ server }, undefined, { engine: engineInThread });
  const { adminPort } = running.server.addresses;
  expect(await health(adminPort, first.cert)).toBe(200);
  const says = (text: string) =>
    until(
      async () => running.log.join('\n'),
      (log) => log.includes(text),
    );
  place(folder, second);
  await says('the TLS certificate was read again');
  expect(await health(adminPort, second.cert)).toBe(200);
  await expect(health(adminPort, first.cert)).rejects.toThrow();
  place(folder, { cert: third.cert, key: first.key });
  await says('the TLS certificate was not read again');
  expect(await health(adminPort, second.cert)).toBe(200);
});

test('a file that is empty or cut while a tool writes it is refused, and one that has expired is warned of', async () => {
  const folder = temporaryFolder();
  const [pair, expired] = [await selfSigned(), await selfSigned('localhost', -1)];
  const settings = { tls_cert_file: 'cert.pem', tls_key_file: 'key.pem', tls_client_ca_file: 'ca.pem' };
  const warnings: string[] = [];
  const log = { warn: (line: string) => void warnings.push(line) };
  const read = (files: { cert?: string; key?: string; ca?: string }) => {
    place(folder, { ...pair, ...files });
    writeFileSync(join(folder, 'ca.pem'), files.ca ?? pair.cert);
    return () => readTls(settings, folder, log);
  };
  expect(read({})()).toMatchObject({ cert: pair.cert, key: pair.key, clientCa: pair.cert });
  expect(read({ cert: '' })).toThrow('server.tls_cert_file cert.pem has no certificate in PEM (0 bytes)');
  expect(read({ key: '' })).toThrow('server.tls_key_file key.pem has no private key in PEM (0 bytes)');
  // An empty file would mean the authorities of the system.
  expect(read({ ca: '' })).toThrow('server.tls_client_ca_file ca.pem has no certificate in PEM (0 bytes)');
  expect(read({ cert: pair.cert.slice(0, 300) })).toThrow('cannot be used');
  expect(warnings).toEqual([]);
  read(expired)();
  expect(warnings).toEqual([expect.stringContaining('cert.pem has expired: it was valid until')]);
});
