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
    return {
      kind: 'credentials',
      content: credentialsIn(credentials_file, read('credentials_file', credentials_file)),
    };
  }
  if (user !== null) return { kind: 'password', user, password: password ?? '' };
  return token === null ? { kind: 'none' } : { kind: 'token', token };
}

/** The client of NATS reads the file only when it connects, and would then try for ever. */
function credentialsIn(path: string, content: string): string {
  if (content.includes('BEGIN NATS USER JWT') && content.includes('BEGIN USER NKEY SEED')) return content;
  throw new StartupError(
    `cluster.credentials_file ${JSON.stringify(path)} has no credentials of NATS: write it with "nsc generate creds", ` +
      'or set cluster.user and cluster.password, or cluster.token',
  );
}

/** Where a server is named with `tls://`, TLS is asked for: the client of NATS would take clear text where a server has nothing else. */
function tlsOf(settings: ClusterSettings, read: ReadFile): ClusterTls | null {
  const { servers, tls_ca_file, tls_cert_file, tls_key_file } = settings;
  const isAsked = servers.some((server) => server.startsWith('tls://'));
  if (!isAsked && tls_ca_file === null && tls_cert_file === null) return null;
  return {
    ca: tls_ca_file === null ? null : read('tls_ca_file', tls_ca_file),
    cert: tls_cert_file === null ? null : read('tls_cert_file', tls_cert_file),
    key: tls_key_file === null ? null : read('tls_key_file', tls_key_file),
  };
}
