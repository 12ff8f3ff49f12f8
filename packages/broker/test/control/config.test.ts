import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/control/config/config-file.js';
import { type ConfigLayer, effectiveConfig } from '../../src/control/config/effective-config.js';
import { liveKeys } from '../../src/control/config/live-config.js';
import { settingList, settingValue } from '../../src/control/config/setting-list.js';
import { settingTable } from '../../src/control/config/setting-table.js';
import { StartupError } from '../../src/control/startup-error.js';
import { PulseMQServer } from '../../src/server.js';
import { temporaryFolder } from './running-server.js';

const of = (values: Record<string, unknown>) => effectiveConfig([{ source: 'file', values }]);

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
const withValue = (key: string, value: unknown) => {
  const [section, name] = key.split('.') as [string, string];
  const beside = partners[key] ?? {};
  return { ...beside, [section]: { ...beside[section], [name]: value } };
};

/** What is wrong with some settings, in one line. */
function problemOf(values: Record<string, unknown>): string {
  try {
    of(values);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    const { exitCode, message } = error as StartupError;
    expect([exitCode, message.includes('\n')]).toEqual([2, false]);
    return message;
  }
  throw new Error(`${JSON.stringify(values)} was accepted`);
}

/** Every key with its default, and for numbers the least and the greatest value. */
const numbers: [key: string, defaultValue: number | null, min: number, max: number][] = [
  ['server.pub_port', 5555, 0, 65_535],
  ['server.sub_port', null, 0, 65_535],
  ['server.admin_port', 8080, 0, 65_535],
  ['auth.login_timeout_sec', 30, 1, 3_600],
  ['auth.ping_interval_sec', 30, 1, 3_600],
  ['auth.ping_timeout_sec', 3, 1, 3_600],
  ['auth.jwt_expiry_sec', 86_400, 60, 2_592_000],
  ['limits.max_sessions_per_user', 10, 1, 100_000],
  ['limits.max_subscriptions_per_session', 500, 1, 1_000_000],
  ['limits.topics_per_namespace', 100_000, 1, 10_000_000],
  ['limits.topic_levels', 3, 1, 8],
  ['limits.last_value_bytes', 268_435_456, 0, 2 ** 40],
  ['limits.rights_refresh_sec', 300, 1, 86_400],
  ['limits.max_connections', 100_000, 1, 1_000_000],
  ['limits.max_connections_per_address', 20_000, 1, 1_000_000],
  ['limits.max_pending_connections', 20_000, 1, 1_000_000],
  ['limits.max_pending_per_address', 10_000, 1, 1_000_000],
  ['limits.handshakes_per_second', 5_000, 1, 1_000_000],
  ['limits.inbound_bytes_per_user', 268_435_456, 1_048_576, 2 ** 40],
  ['limits.inbound_bytes_total', 1_073_741_824, 1_048_576, 2 ** 40],
  ['limits.unread_reply_bytes', 1_048_576, 65_536, 2 ** 30],
  ['limits.max_namespaces', 10_000, 1, 10_000_000],
  ['limits.max_topics', 1_000_000, 1, 10_000_000],
  ['limits.topics_per_user', 200_000, 1, 10_000_000],
  ['limits.max_subscriptions', 1_000_000, 1, 10_000_000],
  ['limits.max_replays', 64, 1, 100_000],
  ['limits.max_open_bars', 200_000, 1, 10_000_000],
  ['limits.replays_per_user', 8, 1, 100_000],
  ['limits.publish_rate_per_user', 0, 0, 100_000_000],
  ['limits.publish_bytes_per_user', 0, 0, 2 ** 40],
  ['limits.max_http_connections', 1_000, 8, 1_000_000],
  ['limits.max_http_connections_per_address', 200, 1, 1_000_000],
  ['broker.backlog_messages', 10_000, 1, 10_000_000],
  ['broker.backlog_bytes', 67_108_864, 65_536, 2 ** 36],
  ['broker.backlog_total_bytes', 1_073_741_824, 1_048_576, 2 ** 40],
  ['broker.pacing_ms', 5, 0, 1_000],
  ['broker.handshake_timeout_ms', 5_000, 100, 600_000],
  ['journal.sync_interval_ms', 200, 1, 60_000],
  ['journal.max_bytes', 10_737_418_240, 16_777_216, 2 ** 50],
  ['journal.max_age_hours', 168, 1, 876_000],
  ['logging.max_days', 7, 1, 3_650],
  ['logging.max_bytes', 268_435_456, 1_048_576, 2 ** 40],
  ['monitoring.minute_stats_retention_days', 7, 1, 3_650],
  ['monitoring.hour_stats_retention_days', 30, 1, 36_500],
  ['monitoring.stats_topics', 1_000, 10, 1_000_000],
  ['monitoring.audit_retention_days', 365, 1, 36_500],
  ['monitoring.cleanup_interval_sec', 300, 1, 86_400],
];
const choices: [key: string, defaultValue: string | boolean, allowed: (string | boolean)[]][] = [
  ['storage.driver', 'sqlite', ['sqlite', 'postgres']],
  ['auth.token_hash', 'sha256', ['sha256']],
  ['auth.legacy_subscribers', true, [true, false]],
  ['auth.encryption', 'optional', ['optional', 'remote', 'always']],
  ['auth.ask_password_change', true, [true, false]],
  ['auth.force_password_change', false, [true, false]],
  ['journal.fsync', 'interval', ['none', 'interval', 'always']],
  ['logging.level', 'info', ['debug', 'info', 'warn', 'error']],
  ['logging.format', 'text', ['text', 'json']],
];
const texts: [key: string, defaultValue: string | null, minLength: number][] = [
  ['server.host', '0.0.0.0', 1],
  ['server.tls_cert_file', null, 1],
  ['server.tls_key_file', null, 1],
  ['server.tls_client_ca_file', null, 1],
  ['auth.curve_key_file', null, 1],
  ['storage.db_path', './pulsemq.db', 1],
  ['storage.url', null, 12],
  ['storage.url_file', null, 1],
  ['storage.broker_name', null, 1],
  ['auth.jwt_secret', null, 32],
  ['journal.dir', './journal', 1],
  ['logging.dir', './logs', 1],
  ['monitoring.metrics_token', null, 16],
  ['cluster.name', 'pulsemq', 1],
  ['cluster.broker_name', null, 1],
  ['cluster.host', null, 1],
  ['cluster.credentials_file', null, 1],
  ['cluster.token', null, 8],
  ['cluster.tls_ca_file', null, 1],
];
/** Keys that need another one beside them. */
const together: [key: string, defaultValue: string | null][] = [
  ['cluster.driver', 'none'],
  ['cluster.user', null],
  ['cluster.password', null],
  ['cluster.tls_cert_file', null],
  ['cluster.tls_key_file', null],
];
const secrets = ['storage.url', 'auth.jwt_secret', 'monitoring.metrics_token', 'cluster.password', 'cluster.token'];

/** Keys with a list of texts. */
const lists: [key: string, defaultValue: null][] = [
  ['server.trusted_proxies', null],
  ['server.allowed_origins', null],
  ['cluster.servers', null],
  ['cluster.servers_for_clients', null],
];

test.each([
  [{ server: { tls_cert_file: 'a' } }, 'server.tls_key_file: a certificate and its key belong together'],
  [{ server: { tls_key_file: 'a' } }, 'server.tls_cert_file: a certificate and its key belong together'],
  [{ server: { tls_client_ca_file: 'a' } }, 'server.tls_client_ca_file: client certificates need TLS'],
  [{ auth: { encryption: 'remote' } }, 'auth.encryption: remote needs auth.curve_key_file'],
  [{ auth: { encryption: 'always', curve_key_file: 'a' } }, 'auth.encryption: always needs server.tls_cert_file'],
])('settings of encryption that do not fit together are refused: %j', (values, text) => {
  expect(problemOf(values)).toContain(text);
});

describe('every key', () => {
  const known = [...numbers, ...choices, ...texts, ...together, ...lists];

  test('is known here', () => {
    expect(
      settingList()
        .map(({ key }) => key)
        .sort(),
    ).toEqual(known.map(([key]) => key).sort());
  });

  test.each(known.map(([key, defaultValue]) => [key, defaultValue] as const))('%s is %j by default', (key, value) => {
    const { config, sources } = effectiveConfig([]);
    expect([settingValue(config, key), sources.size]).toEqual([value, 0]);
    expect(settingList().find((one) => one.key === key)?.defaultValue).toBe(value);
  });

  test.each(numbers)('%s (default %j) takes whole numbers from %i to %i', (key, _, min, max) => {
    for (const value of [min, max]) expect(settingValue(of(withValue(key, value)).config, key)).toBe(value);
    for (const value of [min - 1, max + 1, min + 0.5, `${min}`, true, [min], {}, Number.NaN]) {
      expect(problemOf(withValue(key, value))).toContain(`${key} is `);
      expect(problemOf(withValue(key, value))).toContain(`allowed: ${min} to ${max}`);
    }
  });

  test.each(choices)('%s (default %j) takes only %j', (key, _, allowed) => {
    for (const value of allowed) expect(settingValue(of(withValue(key, value)).config, key)).toBe(value);
    for (const value of ['', 'SQLITE', 'md5', 'yes', 1, null]) {
      const shown = JSON.stringify(value);
      expect(problemOf(withValue(key, value))).toContain(`${key} is ${shown}; allowed: ${allowed.join(', ')}`);
    }
  });

  test.each(texts)('%s (default %j) takes text of %i characters and more', (key, _, minLength) => {
    const value = 'x'.repeat(minLength);
    expect(settingValue(of(withValue(key, value)).config, key)).toBe(value);
    for (const wrong of ['x'.repeat(minLength - 1), 5, false, ['x'.repeat(40)]]) {
      expect(problemOf(withValue(key, wrong))).toContain(key);
    }
  });
});

test('allowed_origins takes origins as browsers send them, and names what is none', () => {
  const list = ['https://desk.example', 'http://10.0.0.5:3000'];
  expect(of({ server: { allowed_origins: list } }).config.server.allowed_origins).toEqual(list);
  for (const wrong of ['desk.example', 'https://desk.example/', 'https://desk.example:443', '*', 'null']) {
    expect(problemOf({ server: { allowed_origins: [wrong] } })).toContain('not an origin such as https://desk.example');
  }
});

test('trusted_proxies takes addresses and ranges, and names what is neither', () => {
  const list = ['10.0.0.0/8', '::1', '192.168.1.7'];
  expect(settingValue(of({ server: { trusted_proxies: list } }).config, 'server.trusted_proxies')).toBe(
    list.join(', '),
  );
  for (const wrong of ['10.0.0.0/33', 'proxy.example', '', '10.0.0.1/8/8', '::1/129']) {
    expect(problemOf({ server: { trusted_proxies: [wrong] } })).toContain(
      `${JSON.stringify(wrong)} is neither an address nor a range`,
    );
  }
});

test('settings of the cluster that need each other are checked together', () => {
  const cluster = (values: Record<string, unknown>) => ({ cluster: { driver: 'nats', ...values } });
  const servers = ['nats://a:4222', 'tls://b.example:4222', '10.0.0.1:4222', '[::1]:4222'];
  expect(settingValue(of(cluster({ servers })).config, 'cluster.servers')).toBe(servers.join(', '));
  expect(problemOf(cluster({}))).toContain('cluster.servers: cluster.driver nats needs at least one');
  expect(problemOf(cluster({ servers: ['http://a b'] }))).toContain('cluster.servers.0');
  expect(problemOf(cluster({ servers, user: 'a' }))).toContain('cluster.password: set both');
  expect(problemOf(cluster({ servers, user: 'a', password: 'b', token: 'long enough' }))).toContain('set one of');
  expect(problemOf(cluster({ servers, tls_cert_file: 'a' }))).toContain('cluster.tls_key_file: set both');
});

test('defect 35: driver and token_hash take the values there are', () => {
  expect(problemOf({ storage: { driver: 'mysql' } })).toContain('storage.driver is "mysql"; allowed: sqlite, postgres');
  expect(problemOf({ auth: { token_hash: 'md5' } })).toContain('auth.token_hash is "md5"; allowed: sha256');
});

describe('layers', () => {
  test('flags win over the file, the file over defaults, key by key', () => {
    const { config, sources } = effectiveConfig([
      { source: 'file', values: { server: { pub_port: 6000, admin_port: 9090 }, logging: null } },
      { source: 'flag', values: { server: { pub_port: 7000, host: undefined } } },
    ]);
    expect(config.server).toEqual({
      pub_port: 7000,
      sub_port: null,
      admin_port: 9090,
      host: '0.0.0.0',
      trusted_proxies: [],
      allowed_origins: [],
      tls_cert_file: null,
      tls_key_file: null,
      tls_client_ca_file: null,
    });
    expect(Object.fromEntries(sources)).toEqual({ 'server.pub_port': 'flag', 'server.admin_port': 'file' });
  });

  test.each([undefined, 7000])('what is wrong in the file is not hidden by a flag of %s', (pub_port) => {
    const flags: ConfigLayer = { source: 'flag', values: { server: { pub_port } } };
    for (const server of [5, 'text', ['a'], true]) {
      expect(() => effectiveConfig([{ source: 'file', values: { server } }, flags])).toThrow(/configuration: server/);
    }
    const typo: ConfigLayer = { source: 'file', values: { server: { pub_prt: 1 } } };
    expect(() => effectiveConfig([typo, flags])).toThrow('unknown key "server.pub_prt"');
  });

  test('a section whose lines are all commented out has its defaults', () => {
    expect(of({ server: null, auth: {}, limits: undefined })).toEqual({ ...effectiveConfig([]), sources: new Map() });
  });
});

test.each([
  [{ server: { pub_prt: 1 } }, 'unknown key "server.pub_prt"; the keys of "server" are host, pub_port'],
  [{ server: { pubPort: 1 } }, 'did you mean "server.pub_port"?'],
  [{ sever: {} }, 'unknown key "sever"; the sections are server, storage, auth'],
  [{ constructor: {} }, 'unknown key "constructor"'],
  [JSON.parse('{ "__proto__": { "pub_port": 1 } }'), 'unknown key "__proto__"'],
  [{ server: 5 }, 'server must be a section with any of the keys host, pub_port'],
  [{ logging: [] }, 'logging'],
  [{ server: { host: '' } }, 'server.host is ""'],
  [{ broker: { backlog_messages: Number.POSITIVE_INFINITY } }, 'broker.backlog_messages is Infinity; allowed: 1 to'],
])('%j is refused by name', (values, text) => {
  expect(problemOf(values)).toContain(text);
});

test.each(secrets)('%s is never shown', (key) => {
  const [section] = key.split('.') as [string];
  for (const secret of ['hunter2', ['hunter2'], { hunter2: 1 }]) {
    expect(problemOf(withValue(key, secret))).not.toContain('hunter2');
  }
  expect(problemOf({ [section]: `${key}=hunter2` })).not.toContain('hunter2');
  expect(problemOf({ [section]: ['hunter2'] })).not.toContain('hunter2');
  expect(settingList().filter(({ isSecret }) => isSecret)).toContainEqual(expect.objectContaining({ key }));
});

describe('the file', () => {
  const written = (content: string): string => {
    const path = join(temporaryFolder(), 'config.yaml');
    writeFileSync(path, content);
    return path;
  };

  test('is YAML', () => {
    expect(readConfigFile(written('server:\n  pub_port: 6000 # comment\n'))).toEqual({ server: { pub_port: 6000 } });
    for (const nothing of ['', '# only a comment\n', '---\n', 'null\n']) {
      expect(readConfigFile(written(nothing))).toEqual({});
    }
    expect(of(readConfigFile(written('server:\nauth: {}\n')))).toEqual({ ...effectiveConfig([]), sources: new Map() });
  });

  test.each([
    ['server: [', 'is not YAML'],
    ['server:\n\tpub_port: 1\n', 'is not YAML'],
    ['server: {pub_port: 1}\nserver: {pub_port: 2}\n', 'is not YAML'],
    ['server: *nowhere\n', 'is not YAML'],
    [`a: &a [x]\n${'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n'.repeat(1)}c: [${'*b,'.repeat(50)}]\n`, 'is not YAML'],
    ['- a\n', 'expected sections such as "server:"'],
    ['text', 'expected sections such as "server:"'],
    ['5', 'expected sections such as "server:"'],
  ])('%j ends with exit code 2', (content, message) => {
    const path = written(content);
    expect(() => readConfigFile(path)).toThrow(StartupError);
    expect(() => readConfigFile(path)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(new RegExp(`^[^\n]*${message}[^\n]*$`)) }),
    );
  });

  test('that is missing ends with exit code 1, one that is a folder with 2', () => {
    const folder = temporaryFolder();
    expect(() => readConfigFile(join(folder, 'none.yaml'))).toThrow(
      expect.objectContaining({ exitCode: 1, message: `configuration file not found: ${join(folder, 'none.yaml')}` }),
    );
    mkdirSync(join(folder, 'folder.yaml'));
    expect(() => readConfigFile(join(folder, 'folder.yaml'))).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe('PulseMQServer', () => {
  test('takes nothing, keywords, or a whole configuration, but not both', () => {
    for (const options of [undefined, {}, { pubPort: 6000, logLevel: 'debug' as const }, { config: {} }]) {
      expect(new PulseMQServer(options)).toBeInstanceOf(PulseMQServer);
    }
    expect(() => new PulseMQServer({ pubPort: 6000, config: {} })).toThrow('either config or keywords');
    expect(() => new PulseMQServer({ dbPath: 'x', layers: [] })).toThrow('either config or keywords');
  });

  test.each([
    [{ host: '' }, 'server.host is ""'],
    [{ pubPort: -1 }, 'server.pub_port is -1; allowed: 0 to 65535'],
    [{ subPort: 70_000 }, 'server.sub_port is 70000; allowed: 0 to 65535'],
    [{ adminPort: 1.5 }, 'server.admin_port is 1.5; allowed: 0 to 65535'],
    [{ dbPath: '' }, 'storage.db_path is ""'],
    [{ logLevel: 'loud' as 'info' }, 'logging.level is "loud"'],
    [{ config: { broker: { backlog_messages: 0 } } }, 'broker.backlog_messages is 0'],
  ])('refuses %j at once', (options, text) => {
    expect(() => new PulseMQServer(options)).toThrow(StartupError);
    expect(() => new PulseMQServer(options)).toThrow(text);
  });

  test('says that there is no port after the last one', () => {
    expect(() => new PulseMQServer({ pubPort: 65_535 })).toThrow('server.sub_port');
    expect(new PulseMQServer({ pubPort: 65_535, subPort: 0 })).toBeDefined();
  });
});

test('the table in docs/configuration.md is the one of the schema', () => {
  const text = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const table = /<!-- config:start -->\n([\s\S]*?)\n<!-- config:end -->/.exec(text)?.[1];
  expect(table, 'npm run config-table writes it').toBe(settingTable());
});

test('docs/reliability.md lists the settings that a running broker takes, and each of them exists', () => {
  const text = readFileSync(new URL('../../../../docs/reliability.md', import.meta.url), 'utf8');
  const listed = text.split('## What a running broker takes')[1]?.split('\n## ')[0] ?? '';
  expect([...listed.matchAll(/^\* `(.+)`$/gm)].map(([, key]) => key)).toEqual(liveKeys);
  const keys = new Set(settingList().map(({ key }) => key));
  expect(liveKeys.filter((key) => !keys.has(key))).toEqual([]);
});
