import { describe, expect, test } from 'vitest';
import { type ConfigLayer, effectiveConfig } from '../../src/control/config/effective-config.js';
import { settingValue } from '../../src/control/config/setting-list.js';
import { configOf, problemOf } from './config-values.js';

test.each([
  [{ server: { tls_cert_file: 'a' } }, 'server.tls_key_file: a certificate and its key belong together'],
  [{ server: { tls_key_file: 'a' } }, 'server.tls_cert_file: a certificate and its key belong together'],
  [{ server: { tls_client_ca_file: 'a' } }, 'server.tls_client_ca_file: client certificates need TLS'],
  [{ auth: { encryption: 'remote' } }, 'auth.encryption: remote needs auth.curve_key_file'],
  [{ auth: { encryption: 'always', curve_key_file: 'a' } }, 'auth.encryption: always needs server.tls_cert_file'],
])('settings of encryption that do not fit together are refused: %j', (values, text) => {
  expect(problemOf(values)).toContain(text);
});

test('settings of the cluster that need each other are checked together', () => {
  const cluster = (values: Record<string, unknown>) => ({ cluster: { driver: 'nats', ...values } });
  const servers = ['nats://a:4222', 'tls://b.example:4222', '10.0.0.1:4222', '[::1]:4222'];
  expect(settingValue(configOf(cluster({ servers })).config, 'cluster.servers')).toBe(servers.join(', '));
  expect(problemOf(cluster({}))).toContain('cluster.servers: cluster.driver nats needs at least one');
  expect(problemOf(cluster({ servers: ['http://a b'] }))).toContain('cluster.servers.0');
  expect(problemOf(cluster({ servers, user: 'a' }))).toContain('cluster.password: set both');
  expect(problemOf(cluster({ servers, user: 'a', password: 'b', token: 'long enough' }))).toContain('set one of');
  expect(problemOf(cluster({ servers, tls_cert_file: 'a' }))).toContain('cluster.tls_key_file: set both');
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
    expect(configOf({ server: null, auth: {}, limits: undefined })).toEqual({
      ...effectiveConfig([]),
      sources: new Map(),
    });
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
