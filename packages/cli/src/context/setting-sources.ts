import type { CommandRun } from '../command-run.js';
import { usageError } from '../exit-code.js';
import type { ConnectionFlags } from '../options/connection-options.js';
import { port } from '../options/parsers.js';
import type { SecurityFlags } from '../options/security-options.js';
import { type Context, readContext, type SecurityKey, selectedContext } from './context-file.js';
import { firstAdminCredentials, readCredentialsFile } from './credentials-file.js';
import { withoutUndefined } from './without-undefined.js';

/** Where settings come from: options, a context, the environment or a file. A source may lack any setting. */
export interface SettingSource extends Context {
  /** For people: `--username`, `context prod`, `the environment`. */
  readonly name: string;
}

/**
 * The sources in order of precedence; for each setting the first that has it wins. The first admin's credentials are among them only
 * when `host` is given and is this machine.
 */
export function settingSources(run: CommandRun, flags: ConnectionFlags, host?: string): SettingSource[] {
  const sources = [flagSource(run, flags)];
  if (flags.context !== undefined) sources.push(contextSource(run, flags.context));
  sources.push(environmentSource(run.env));
  const selected = flags.context === undefined ? run.env.PULSEMQ_CONTEXT || selectedContext(run) : undefined;
  if (selected !== undefined) sources.push(contextSource(run, selected));
  const admin = host === undefined ? undefined : firstAdminCredentials(run, host);
  if (admin !== undefined) {
    const { username, token } = admin;
    sources.push(withoutUndefined({ name: '.pulsemq_admin in this folder', username, token }));
  }
  return sources;
}

/** The value of a setting from the first source that has it. */
export const firstSetting = <Key extends keyof Context>(
  sources: readonly SettingSource[],
  key: Key,
): Context[Key] | undefined => sources.find((source) => source[key] !== undefined)?.[key];

const contextSource = (run: CommandRun, name: string): SettingSource => ({
  ...readContext(run, name),
  name: `context ${name}`,
});

function flagSource(run: CommandRun, flags: ConnectionFlags): SettingSource {
  const file = flags.credentials === undefined ? {} : readCredentialsFile(run, flags.credentials);
  return withoutUndefined({
    name: flagName(flags, file.username),
    host: flags.host,
    pub_port: flags.pubPort,
    sub_port: flags.subPort,
    namespace: flags.namespace,
    username: flags.username ?? file.username,
    token: flags.tokenFile === undefined ? file.token : undefined,
    token_file: flags.tokenFile,
    ...securityFlags(flags),
  });
}

/** Settings of the options about encryption. */
export const securityFlags = (flags: SecurityFlags): Pick<Context, SecurityKey> =>
  withoutUndefined({
    tls: flags.tls === true ? 'on' : undefined,
    tls_ca: flags.tlsCa,
    tls_cert: flags.tlsCert,
    tls_key: flags.tlsKey,
    curve_server_key: flags.curveServerKey,
    curve_key_file: flags.curveKeyFile,
  });

/** The option that gave the username, or else the token. */
function flagName(flags: ConnectionFlags, fileUsername: string | undefined): string {
  if (flags.username !== undefined) return '--username';
  return fileUsername !== undefined ? flags.credentials! : '--token-file';
}

/** An empty variable counts as not set. */
const environmentSource = (env: CommandRun['env']): SettingSource =>
  withoutUndefined({
    name: 'the environment',
    host: env.PULSEMQ_HOST || undefined,
    pub_port: environmentPort(env, 'PULSEMQ_PUB_PORT'),
    sub_port: environmentPort(env, 'PULSEMQ_SUB_PORT'),
    namespace: env.PULSEMQ_NAMESPACE || undefined,
    username: env.PULSEMQ_USERNAME || undefined,
    token: env.PULSEMQ_TOKEN || undefined,
    token_file: env.PULSEMQ_TOKEN_FILE || undefined,
    tls_ca: env.PULSEMQ_TLS_CA || undefined,
    curve_server_key: env.PULSEMQ_CURVE_SERVER_KEY || undefined,
    curve_key_file: env.PULSEMQ_CURVE_KEY_FILE || undefined,
  });

function environmentPort(env: CommandRun['env'], name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  try {
    return port(text);
  } catch {
    throw usageError(`${name} is ${JSON.stringify(text)}; expected a port from 1 to 65535`);
  }
}
