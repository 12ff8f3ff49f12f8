import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { ClusterLogin, ClusterTls, EngineCluster } from '../../port-cluster.js';
import type { ClusterSettings } from '../config/cluster-settings.js';
import type { Config } from '../config/config-schema.js';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';

/** What the engine needs to reach other brokers; null for a broker on its own. Throws a StartupError for a file that cannot be read. */
export function engineCluster({ cluster, server, storage }: Config, workingDirectory: string): EngineCluster | null {
  if (cluster.driver === 'none') return null;
  const read = (key: keyof ClusterSettings, path: string): string => {
    try {
      return readFileSync(resolve(workingDirectory, path), 'utf8');
    } catch (error) {
      throw new StartupError(`cluster.${key} ${JSON.stringify(path)} cannot be read: ${errorText(error)}`);
    }
  };
  return {
    name: cluster.name,
    brokerName: cluster.broker_name ?? storage.broker_name ?? `${hostname()}:${server.pub_port}`,
    host: cluster.host ?? hostname(),
    servers: cluster.servers,
    login: loginOf(cluster, read),
    tls: tlsOf(cluster, read),
  };
}

type ReadFile = (key: keyof ClusterSettings, path: string) => string;

function loginOf({ credentials_file, user, password, token }: ClusterSettings, read: ReadFile): ClusterLogin {
  if (credentials_file !== null) {
    return { kind: 'credentials', content: read('credentials_file', credentials_file) };
  }
  if (user !== null) return { kind: 'password', user, password: password ?? '' };
  return token === null ? { kind: 'none' } : { kind: 'token', token };
}

function tlsOf({ tls_ca_file, tls_cert_file, tls_key_file }: ClusterSettings, read: ReadFile): ClusterTls | null {
  if (tls_ca_file === null && tls_cert_file === null) return null;
  return {
    ca: tls_ca_file === null ? null : read('tls_ca_file', tls_ca_file),
    cert: tls_cert_file === null ? null : read('tls_cert_file', tls_cert_file),
    key: tls_key_file === null ? null : read('tls_key_file', tls_key_file),
  };
}
