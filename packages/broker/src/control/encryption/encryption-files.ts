import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { EngineEncryption, EngineTls } from '../../port-encryption.js';
import type { Config } from '../config/config-schema.js';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';
import { readCurveKeys } from './curve-keys.js';

/** The settings that name certificate files. */
export type CertificateSettings = Pick<Config['server'], 'tls_cert_file' | 'tls_key_file' | 'tls_client_ca_file'>;

/** Takes what is wrong and does not stop the broker. */
interface WarningLog {
  warn(text: string): void;
}

/** Reads the keys and certificates that the settings name; relative paths are in `folder`. Throws a StartupError that names the setting. */
export function readEncryption({ server, auth }: Config, folder: string, log: WarningLog): EngineEncryption {
  const { curve_key_file, encryption: mode } = auth;
  return {
    mode,
    curve: curve_key_file === null ? null : readCurveKeys(textOf('auth.curve_key_file', curve_key_file, folder)),
    tls: readTls(server, folder, log),
  };
}

/** Reads the certificate files; null when TLS is off. Warns of a certificate out of date. Throws a StartupError for a file that cannot be read or used. */
export function readTls(server: CertificateSettings, folder: string, log: WarningLog): EngineTls | null {
  const { tls_cert_file, tls_key_file, tls_client_ca_file } = server;
  if (tls_cert_file === null || tls_key_file === null) return null;
  const tls = {
    cert: textOf('server.tls_cert_file', tls_cert_file, folder),
    key: textOf('server.tls_key_file', tls_key_file, folder),
    clientCa: tls_client_ca_file === null ? null : textOf('server.tls_client_ca_file', tls_client_ca_file, folder),
  };
  const named = { tls_cert_file, tls_key_file, tls_client_ca_file };
  const texts = { tls_cert_file: tls.cert, tls_key_file: tls.key, tls_client_ca_file: tls.clientCa };
  for (const key of ['tls_cert_file', 'tls_key_file', 'tls_client_ca_file'] as const) {
    checkPem(`server.${key} ${named[key]}`, texts[key], key === 'tls_key_file' ? 'PRIVATE KEY' : 'CERTIFICATE');
  }
  checkTls(tls, tls_cert_file, tls_key_file);
  warnOfDates(tls.cert, tls_cert_file, log);
  return tls;
}

/** Node takes an empty file for none, and every handshake would fail. A file is empty for a moment while a tool writes it in place. */
function checkPem(file: string, text: string | null, what: string): void {
  if (text === null || new RegExp(`-----BEGIN [A-Z ]*${what}-----`).test(text)) return;
  throw new StartupError(`${file} has no ${what.toLowerCase()} in PEM (${Buffer.byteLength(text)} bytes)`);
}

/** Clients refuse such a certificate. The broker goes on: clear text, CURVE and open connections work. */
function warnOfDates(cert: string, file: string, log: WarningLog): void {
  const { validFrom, validTo } = new X509Certificate(cert);
  if (Date.parse(validTo) < Date.now()) {
    log.warn(`server.tls_cert_file ${file} has expired: it was valid until ${validTo}. Clients refuse it; replace it`);
  } else if (Date.parse(validFrom) > Date.now()) {
    log.warn(
      `server.tls_cert_file ${file} is valid from ${validFrom} only. Clients refuse it until then; check the clock`,
    );
  }
}

/** Fails where the pair does not belong together, or one of its halves is not PEM. */
function checkTls({ cert, key, clientCa }: EngineTls, certFile: string, keyFile: string): void {
  try {
    createSecureContext({ cert, key, ...(clientCa !== null && { ca: clientCa }) });
  } catch (error) {
    throw new StartupError(
      `server.tls_cert_file ${certFile} and server.tls_key_file ${keyFile} cannot be used: ${errorText(error)}`,
    );
  }
}

function textOf(setting: string, path: string, folder: string): string {
  try {
    return readFileSync(resolve(folder, path), 'utf8');
  } catch (error) {
    throw new StartupError(`${setting} cannot be read: ${errorText(error)}`);
  }
}
