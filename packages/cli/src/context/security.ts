import { readFileSync } from 'node:fs';
import type { ClientOptions } from '@pulsemq/client';
import { readCurveKeyFile } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import type { SecurityKey } from './context-file.js';
import { firstSetting, type SettingSource } from './setting-sources.js';

/** How a client of the broker encrypts, as options of PulseMQClient. */
export type Security = Pick<ClientOptions, 'tls' | 'curve'>;

/** Reads the files that the settings name. Throws a CommandError for one that is missing or has no key, and for a key without the broker's. */
export function securityOf(run: CommandRun, sources: readonly SettingSource[]): Security {
  const of = (key: SecurityKey): string | undefined => firstSetting(sources, key);
  const fileOf = (key: SecurityKey): string | undefined => {
    const path = of(key);
    return path === undefined ? undefined : textOf(run, key, path);
  };
  const serverKey = of('curve_server_key');
  if (serverKey !== undefined)
    return { curve: { serverKey, ...curveKeys(of('curve_key_file'), fileOf('curve_key_file')) } };
  const withTls = (['tls', 'tls_ca', 'tls_cert', 'tls_key'] as const).some((key) => of(key) !== undefined);
  // The connection would be in clear text, and the key unused.
  if (of('curve_key_file') !== undefined && !withTls) {
    throw usageError('--curve-key-file needs --curve-server-key, the public key of the broker');
  }
  const files = { ca: fileOf('tls_ca'), cert: fileOf('tls_cert'), key: fileOf('tls_key') };
  const given = Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined));
  if (Object.keys(given).length > 0) return { tls: given };
  return of('tls') === undefined ? {} : { tls: true };
}

/** A client with a key of its own may log in without a token. */
export const hasOwnKey = ({ tls, curve }: Security): boolean =>
  curve?.secretKey !== undefined || (typeof tls === 'object' && tls.cert !== undefined);

/** Certificates to trust for the HTTP API, PEM. Throws a CommandError for a file that cannot be read. */
export const adminCaOf = (run: CommandRun, path: string): string => textOf(run, 'tls_ca', path);

function curveKeys(path: string | undefined, text: string | undefined): { secretKey?: string; publicKey?: string } {
  if (text === undefined) return {};
  const keys = readCurveKeyFile(text);
  if (keys.secretKey === undefined) throw usageError(`${path} has no secret key; make a pair with "pulsemq keygen"`);
  return keys;
}

function textOf(run: CommandRun, key: SecurityKey, path: string): string {
  try {
    return readFileSync(run.path(path), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const option = `--${key.replaceAll('_', '-')}`;
    if (code === 'ENOENT') throw new CommandError(ExitCode.missingFile, `file of ${option} not found: ${path}`);
    throw usageError(`file of ${option} cannot be read: ${message}`);
  }
}
