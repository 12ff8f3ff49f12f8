import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCurveKeyFile } from '@pulsemq/protocol';
import type { PeerAddress } from '../wire/peer-wire.js';

export type EncryptionKind = 'curve' | 'tls';

/** Makes keys in this folder, and returns a configuration that uses them and what clients need. */
export function encryptedConfig(
  kind: EncryptionKind,
  root: string,
  config: object,
): { config: object; security: NonNullable<PeerAddress['security']> } {
  const command = join(root, 'packages', 'cli', 'bin', 'pulsemq.js');
  execFileSync(process.execPath, [command, 'keygen', 'bench', ...(kind === 'tls' ? ['--tls'] : [])]);
  if (kind === 'curve') {
    const { publicKey } = readCurveKeyFile(readFileSync('bench.key', 'utf8'));
    if (publicKey === undefined) throw new Error('pulsemq keygen has written no public key');
    const auth = { curve_key_file: 'bench.key_secret' };
    return { config: { ...config, auth }, security: { curve: { serverKey: publicKey } } };
  }
  const { server } = config as { server: object };
  const files = { tls_cert_file: 'bench.cert.pem', tls_key_file: 'bench.key.pem' };
  return {
    config: { ...config, server: { ...server, ...files } },
    security: { tls: { ca: readFileSync('bench.cert.pem', 'utf8') } },
  };
}
