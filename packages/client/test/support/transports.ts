import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigInput } from '@pulsemq/broker';
import { curveKeyFile } from '@pulsemq/protocol';
import { curveKeyZ85 } from '@pulsemq/zmtp';
import { openLibsodium } from '@pulsemq/zmtp/libsodium';
import { selfSigned } from '../../../broker/test/encryption/certificates.js';
import type { ClientOptions } from '../../src/core/client-options.js';

/** What carries the connections of a test. */
export type TransportName = 'tcp' | 'tls' | 'curve' | 'ws' | 'wss' | 'relay' | 'relayTls';

/** Ports that a client connects to: those of the broker, or of proxies. */
export interface Ports {
  readonly pubPort: number;
  readonly subPort: number;
}

/** Settings of a broker, and options of its clients. */
export interface TransportSettings {
  readonly server: Partial<NonNullable<ConfigInput['server']>>;
  readonly auth: Partial<NonNullable<ConfigInput['auth']>>;
  /** Authority of its certificate; undefined without TLS. */
  readonly ca?: string;
  /** Clients connect to the admin port. */
  readonly usesAdminPort?: boolean;
  /** The options with which a client reaches the broker. */
  reach(ports: Ports): Partial<ClientOptions>;
}

const onPorts = (ports: Ports): Partial<ClientOptions> => ({ host: '127.0.0.1', ...ports });

/** Writes the files of each transport into a folder. The encrypted ones refuse clear text. */
export const transports: Record<TransportName, (folder: string) => Promise<TransportSettings>> = {
  tcp: async () => ({ server: {}, auth: {}, reach: onPorts }),
  tls: async (folder) => {
    const { server, ca } = await tlsFiles(folder);
    const reach = (ports: Ports): Partial<ClientOptions> => ({ ...onPorts(ports), tls: { ca } });
    return { server, auth: { encryption: 'always' }, ca, reach };
  },
  curve: async (folder) => {
    const crypto = await openLibsodium();
    const { publicKey, secretKey } = crypto.makeKeyPair();
    const keys = { publicKey: curveKeyZ85(publicKey), secretKey: curveKeyZ85(secretKey) };
    writeFileSync(join(folder, 'curve.key'), curveKeyFile(keys, 'keys of a test'));
    const { server, ca } = await tlsFiles(folder);
    const auth = { curve_key_file: 'curve.key', encryption: 'always' as const };
    const curve = { serverKey: keys.publicKey };
    return { server, auth, ca, reach: (ports) => ({ ...onPorts(ports), curve }) };
  },
  ws: async () => ({ server: {}, auth: {}, reach: ({ pubPort }) => ({ url: `ws://127.0.0.1:${pubPort}/` }) }),
  wss: async (folder) => {
    const { server, ca } = await tlsFiles(folder);
    const reach = ({ pubPort }: Ports): Partial<ClientOptions> => ({ url: `wss://127.0.0.1:${pubPort}/`, tls: { ca } });
    return { server, auth: { encryption: 'always' }, ca, reach };
  },
  relay: async () => {
    const reach = ({ pubPort }: Ports): Partial<ClientOptions> => ({ url: `ws://127.0.0.1:${pubPort}/ws/` });
    return { server: {}, auth: {}, reach, usesAdminPort: true };
  },
  relayTls: async (folder) => {
    const { server, ca } = await tlsFiles(folder);
    const reach = ({ pubPort }: Ports): Partial<ClientOptions> => ({
      url: `wss://127.0.0.1:${pubPort}/ws/`,
      tls: { ca },
    });
    return { server, auth: { encryption: 'always' }, ca, reach, usesAdminPort: true };
  },
};

async function tlsFiles(folder: string) {
  const { cert, key } = await selfSigned();
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key);
  return { server: { tls_cert_file: 'cert.pem', tls_key_file: 'key.pem' }, ca: cert };
}
