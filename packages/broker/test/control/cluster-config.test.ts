import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineCluster } from '../../src/control/cluster/cluster-config.js';
import { effectiveConfig } from '../../src/control/config/effective-config.js';
import { environmentLayer } from '../../src/control/config/environment.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulsemq-cluster-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clusterOf = (variables: Record<string, string>) => {
  const named = Object.entries(variables).map(([key, value]) => [`PULSEMQ_CLUSTER_${key}`, value]);
  const { config } = effectiveConfig([
    environmentLayer({ PULSEMQ_CLUSTER_DRIVER: 'nats', ...Object.fromEntries(named) }),
  ]);
  return engineCluster(config, folder);
};

test('a server named with tls:// is reached over TLS, also without files of certificates', () => {
  expect(clusterOf({ SERVERS: 'nats://a:4222, b:4222' })?.tls).toBeNull();
  expect(clusterOf({ SERVERS: 'nats://a:4222, tls://b:4222' })?.tls).toEqual({ ca: null, cert: null, key: null });
});

test('a file without credentials of NATS is named at the start', () => {
  writeFileSync(join(folder, 'cert.pem'), '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n');
  expect(() => clusterOf({ SERVERS: 'a:4222', CREDENTIALS_FILE: 'cert.pem' })).toThrow(
    'cluster.credentials_file "cert.pem" has no credentials of NATS: write it with "nsc generate creds"',
  );
  const content =
    '-----BEGIN NATS USER JWT-----\nJ\n------END NATS USER JWT------\n-----BEGIN USER NKEY SEED-----\nS\n';
  writeFileSync(join(folder, 'user.creds'), content);
  expect(clusterOf({ SERVERS: 'a:4222', CREDENTIALS_FILE: 'user.creds' })?.login).toEqual({
    kind: 'credentials',
    content,
  });
});

test('a name of a cluster that is not allowed is refused with what is', () => {
  expect(() => clusterOf({ SERVERS: 'a:4222', NAME: 'room a.*' })).toThrow(
    'configuration: PULSEMQ_CLUSTER_NAME is "room a.*"; allowed: 1 to 32 of A-Z, a-z, 0-9, _ and -',
  );
});
