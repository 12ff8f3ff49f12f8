import { expect } from 'vitest';
import { effectiveConfig } from '../../src/control/config/effective-config.js';
import { StartupError } from '../../src/control/startup-error.js';

/** Configurations of a few values, and what is wrong with them. */

export const configOf = (values: Record<string, unknown>) => effectiveConfig([{ source: 'file', values }]);

/** What some settings need beside them. Without a sub_port the last port cannot be the pub_port. */
const certificate = { tls_cert_file: 'a', tls_key_file: 'b' };
const partners: Record<string, Record<string, Record<string, unknown>>> = {
  'server.pub_port': { server: { sub_port: 0 } },
  'server.tls_cert_file': { server: certificate },
  'server.tls_key_file': { server: certificate },
  'server.tls_client_ca_file': { server: certificate },
  'auth.encryption': { server: certificate },
};

/** Settings with one value changed, and what it needs. */
export const withValue = (key: string, value: unknown) => {
  const [section, name] = key.split('.') as [string, string];
  const beside = partners[key] ?? {};
  return { ...beside, [section]: { ...beside[section], [name]: value } };
};

/** What is wrong with some settings, in one line. */
export function problemOf(values: Record<string, unknown>): string {
  try {
    configOf(values);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    const { exitCode, message } = error as StartupError;
    expect([exitCode, message.includes('\n')]).toEqual([2, false]);
    return message;
  }
  throw new Error(`${JSON.stringify(values)} was accepted`);
}
