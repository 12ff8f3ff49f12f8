import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nobody, PostgresServer } from '../../../../test/postgres/postgres-server.mjs';
import { openPostgres } from '../../dist/control/store/postgres/open-postgres.js';
import { temporaryFolder } from '../control/running-server.js';

/** A key and a certificate for 127.0.0.1, signed by itself. */
function certificate(folder: string, name: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  chmodSync(folder, 0o755);
  chmodSync(key, 0o600);
  if (process.getuid?.() === 0) chownSync(key, nobody, nobody);
  return { key, cert };
}

test('the address says how TLS is used: verify-full takes the certificate that it names, and no other', async () => {
  const folder = temporaryFolder();
  const { key, cert } = certificate(folder, 'server');
  const other = certificate(folder, 'other');
  const server = await PostgresServer.start('ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`);
  onTestFinished(() => server.remove());
  const url = await server.database();
  const store = await openPostgres(`${url}?sslmode=verify-full&sslrootcert=${cert}`, 'a');
  await store.settings.put('k', 'v');
  const encrypted =
    "select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'pulsemq a'";
  expect(await server.query('postgres', encrypted)).toContainEqual({ ssl: true });
  await store.close();
  await expect(openPostgres(`${url}?sslmode=verify-full&sslrootcert=${other.cert}`, 'a')).rejects.toThrow(
    /^storage\.url 127\.0\.0\.1:\d+\/pulsemq_1: the database cannot be reached \(self-signed certificate/,
  );
});
