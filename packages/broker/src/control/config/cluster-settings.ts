import { z } from 'zod';
import { clientServers } from './client-servers.js';

const describe = <Schema extends z.ZodType>(schema: Schema, description: string): Schema =>
  schema.meta({ ...schema.meta(), description });

const file = z.string().min(1).nullable();

/** A server of NATS as its client takes it. */
const natsServer = z.string().regex(/^((nats|tls):\/\/)?[A-Za-z0-9_.:[\]-]+$/, {
  error: 'expected host:port, nats://host:port or tls://host:port',
});

/** The section `cluster`: how this broker reaches the others. */
export const cluster = z.strictObject({
  driver: describe(
    z.enum(['none', 'nats']),
    'What carries messages between brokers; `none`: this broker is on its own',
  ).default('none'),
  servers: describe(
    z.array(natsServer).meta({ range: 'list of host:port' }),
    'Servers of NATS, one is enough; needed with `nats`',
  ).default([]),
  name: describe(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,32}$/)
      .meta({ range: '1 to 32 of A-Z, a-z, 0-9, _ and -' }),
    'Name of the cluster; brokers with the same name find each other',
  ).default('pulsemq'),
  broker_name: describe(
    z.string().min(1).max(64).nullable(),
    'Name of this broker, different from the others; unset: `storage.broker_name`, or host name and publisher port',
  ).default(null),
  host: describe(
    z.string().min(1).max(255).nullable(),
    'Host under which others reach this broker, as `GET /api/cluster` shows it; unset: the host name',
  ).default(null),
  credentials_file: describe(file, 'Credentials file of NATS, as `nsc` writes it').default(null),
  user: describe(z.string().min(1).nullable(), 'User at NATS, with `password`').default(null),
  password: describe(z.string().min(1).nullable().meta({ secret: true }), 'Password at NATS').default(null),
  token: describe(z.string().min(8).nullable().meta({ secret: true }), 'Token at NATS, at least 8 characters').default(
    null,
  ),
  tls_ca_file: describe(
    file,
    'PEM file with the authorities that may have signed the certificate of the NATS server',
  ).default(null),
  tls_cert_file: describe(file, 'PEM file with the certificate that this broker shows to NATS').default(null),
  tls_key_file: describe(file, 'PEM file with the private key of `cluster.tls_cert_file`').default(null),
  ...clientServers,
});

export type ClusterSettings = z.output<typeof cluster>;

/** What is wrong with the settings together; undefined when nothing is. */
export function clusterProblem(
  settings: ClusterSettings,
): { readonly key: keyof ClusterSettings; readonly text: string } | undefined {
  const { driver, servers, user, password, token, credentials_file, tls_cert_file, tls_key_file } = settings;
  if (driver === 'nats' && servers.length === 0)
    return { key: 'servers', text: 'cluster.driver nats needs at least one' };
  if ((user === null) !== (password === null))
    return { key: 'password', text: 'set both cluster.user and cluster.password' };
  const logins = [user, token, credentials_file].filter((one) => one !== null);
  if (logins.length > 1) return { key: 'credentials_file', text: 'set one of credentials_file, user and token' };
  if ((tls_cert_file === null) !== (tls_key_file === null)) {
    return { key: 'tls_key_file', text: 'set both cluster.tls_cert_file and cluster.tls_key_file' };
  }
  return undefined;
}
