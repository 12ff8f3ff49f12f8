import type { EncryptionMode } from '../../port-encryption.js';

/** A problem of two settings together, where one of them stands. */
interface SettingProblem {
  readonly path: string[];
  readonly message: string;
}

/** What is wrong with the settings of encryption; undefined when they fit together. */
export function encryptionProblem(
  server: {
    readonly tls_cert_file: string | null;
    readonly tls_key_file: string | null;
    readonly tls_client_ca_file: string | null;
  },
  auth: { readonly curve_key_file: string | null; readonly encryption: EncryptionMode },
): SettingProblem | undefined {
  const problem = (section: string, key: string, message: string) => ({ path: [section, key], message });
  const hasTls = server.tls_cert_file !== null;
  if (hasTls !== (server.tls_key_file !== null)) {
    const missing = hasTls ? 'tls_key_file' : 'tls_cert_file';
    return problem('server', missing, 'a certificate and its key belong together; set it, too');
  }
  if (!hasTls && server.tls_client_ca_file !== null) {
    return problem('server', 'tls_client_ca_file', 'client certificates need TLS; set server.tls_cert_file, too');
  }
  if (auth.encryption === 'always' && !hasTls) {
    return problem('auth', 'encryption', 'always needs server.tls_cert_file: the admin port has no other encryption');
  }
  if (auth.encryption === 'remote' && !hasTls && auth.curve_key_file === null) {
    return problem('auth', 'encryption', 'remote needs auth.curve_key_file or server.tls_cert_file');
  }
  return undefined;
}
