import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/control/config/config-file.js';
import { hasUnusualSubPort } from '../../src/control/config/config-schema.js';
import { effectiveConfig } from '../../src/control/config/effective-config.js';
import { settingList, settingValue } from '../../src/control/config/setting-list.js';
import { settingTable } from '../../src/control/config/setting-table.js';
import { StartupError } from '../../src/control/startup-error.js';
import { PulseMQServer } from '../../src/server.js';
import { temporaryFolder } from './running-server.js';

const of = (values: Record<string, unknown>) => effectiveConfig([{ source: 'file', values }]);

test('without anything every setting has its default', () => {
  const { config, sources } = effectiveConfig([]);
  expect(sources.size).toBe(0);
  for (const { key, defaultValue } of settingList()) expect(settingValue(config, key)).toEqual(defaultValue);
  expect(config).toMatchObject({
    server: { host: '0.0.0.0', pub_port: 5555, sub_port: null, admin_port: 8080 },
    auth: { ping_interval: 30, ping_timeout: 3, jwt_expiry: 86_400 },
    limits: { max_connections_per_user: 10, max_subscriptions_per_conn: 500, cache_refresh_sec: 300 },
    broker: { hwm: 10_000, outbox_bytes: 67_108_864, outbox_total_bytes: 1_073_741_824 },
    logging: { dir: './logs', max_days: 7, level: 'info' },
  });
});

test('flags win over the file, the file over defaults, key by key', () => {
  const { config, sources } = effectiveConfig([
    { source: 'file', values: { server: { pub_port: 6000, admin_port: 9090 } } },
    { source: 'flag', values: { server: { pub_port: 7000, host: undefined } } },
  ]);
  expect(config.server).toMatchObject({ pub_port: 7000, admin_port: 9090, host: '0.0.0.0' });
  expect(Object.fromEntries(sources)).toEqual({ 'server.pub_port': 'flag', 'server.admin_port': 'file' });
});

test.each([
  [{ server: { pub_prt: 1 } }, 'unknown key "server.pub_prt"'],
  [{ sever: {} }, 'unknown key "sever"'],
  [{ server: { pub_port: 70_000 } }, 'server.pub_port is 70000; allowed: 0 to 65535'],
  [{ server: { pub_port: '6000' } }, 'server.pub_port is "6000"; allowed: 0 to 65535'],
  [{ server: 5 }, 'server is 5'],
  [{ logging: { level: 'loud' } }, 'logging.level is "loud"; allowed: debug, info, warn, error'],
  [{ broker: { outbox_bytes: 1 } }, 'broker.outbox_bytes is 1; allowed: 65536 to'],
])('%j stops the start with one line', (values, text) => {
  expect(() => of(values)).toThrow(StartupError);
  expect(() => of(values)).toThrow(text);
});

test('defect 35: driver and token_hash take the one value there is', () => {
  expect(of({ storage: { driver: 'sqlite' }, auth: { token_hash: 'sha256' } })).toBeDefined();
  expect(() => of({ storage: { driver: 'postgres' } })).toThrow('storage.driver is "postgres"; allowed: sqlite');
  expect(() => of({ auth: { token_hash: 'md5' } })).toThrow('auth.token_hash is "md5"; allowed: sha256');
});

test('a secret that is refused is not repeated', () => {
  expect(() => of({ auth: { jwt_secret: 'too-short-secret' } })).toThrow('auth.jwt_secret allowed: text, at least 32');
  expect(() => of({ auth: { jwt_secret: 'too-short-secret' } })).not.toThrow('too-short-secret');
});

test('a section whose lines are all commented out has its defaults', () => {
  expect(of({ server: null }).config.server.pub_port).toBe(5555);
});

describe('the file', () => {
  const written = (text: string): string => {
    const path = join(temporaryFolder(), 'config.yaml');
    writeFileSync(path, text);
    return path;
  };

  test('is YAML', () => {
    expect(readConfigFile(written('server:\n  pub_port: 6000 # comment\n'))).toEqual({ server: { pub_port: 6000 } });
    expect(readConfigFile(written(''))).toEqual({});
  });

  test.each([
    ['server: [', 2, 'is not YAML'],
    ['- a\n', 2, 'expected sections such as "server:"'],
    ['text', 2, 'expected sections such as "server:"'],
  ])('%j ends with exit code %i', (text, exitCode, message) => {
    expect(() => readConfigFile(written(text))).toThrow(
      expect.objectContaining({ exitCode, message: expect.stringContaining(message) }),
    );
  });

  test('that is missing ends with exit code 1', () => {
    expect(() => readConfigFile('/nowhere/config.yaml')).toThrow(
      expect.objectContaining({ exitCode: 1, message: 'configuration file not found: /nowhere/config.yaml' }),
    );
  });
});

test('any other sub_port than the next one is unusual', () => {
  const unusual = (server: Record<string, unknown>) => hasUnusualSubPort(of({ server }).config);
  expect(unusual({})).toBe(false);
  expect(unusual({ pub_port: 6000, sub_port: 6001 })).toBe(false);
  expect(unusual({ pub_port: 6000, sub_port: 6002 })).toBe(true);
});

test('keywords and a whole configuration exclude each other', () => {
  expect(new PulseMQServer({ pubPort: 6000, logLevel: 'debug' })).toBeDefined();
  expect(() => new PulseMQServer({ pubPort: 6000, config: {} })).toThrow('either config or keywords');
  expect(() => new PulseMQServer({ pubPort: -1 })).toThrow('server.pub_port is -1');
});

test.each(['README.md', 'README.zh-CN.md'])('the table in %s is the one of the schema', (name) => {
  const text = readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8');
  const table = /<!-- config:start -->\n([\s\S]*?)\n<!-- config:end -->/.exec(text)?.[1];
  expect(table, 'npm run config-table writes it').toBe(settingTable());
});
