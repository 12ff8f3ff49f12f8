import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { effectiveConfig } from '../../src/control/config/effective-config.js';
import { liveKeys } from '../../src/control/config/live-config.js';
import { settingList, settingValue } from '../../src/control/config/setting-list.js';
import { settingTable } from '../../src/control/config/setting-table.js';
import { configOf, problemOf, withValue } from './config-values.js';

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
    for (const value of [min, max]) expect(settingValue(configOf(withValue(key, value)).config, key)).toBe(value);
    for (const value of [min - 1, max + 1, min + 0.5, `${min}`, true, [min], {}, Number.NaN]) {
      expect(problemOf(withValue(key, value))).toContain(`${key} is `);
      expect(problemOf(withValue(key, value))).toContain(`allowed: ${min} to ${max}`);
    }
  });

  test.each(choices)('%s (default %j) takes only %j', (key, _, allowed) => {
    for (const value of allowed) expect(settingValue(configOf(withValue(key, value)).config, key)).toBe(value);
    for (const value of ['', 'SQLITE', 'md5', 'yes', 1, null]) {
      const shown = JSON.stringify(value);
      expect(problemOf(withValue(key, value))).toContain(`${key} is ${shown}; allowed: ${allowed.join(', ')}`);
    }
  });

  test.each(texts)('%s (default %j) takes text of %i characters and more', (key, _, minLength) => {
    const value = 'x'.repeat(minLength);
    expect(settingValue(configOf(withValue(key, value)).config, key)).toBe(value);
    for (const wrong of ['x'.repeat(minLength - 1), 5, false, ['x'.repeat(40)]]) {
      expect(problemOf(withValue(key, wrong))).toContain(key);
    }
  });
});

test('allowed_origins takes origins as browsers send them, and names what is none', () => {
  const list = ['https://desk.example', 'http://10.0.0.5:3000'];
  expect(configOf({ server: { allowed_origins: list } }).config.server.allowed_origins).toEqual(list);
  for (const wrong of ['desk.example', 'https://desk.example/', 'https://desk.example:443', '*', 'null']) {
    expect(problemOf({ server: { allowed_origins: [wrong] } })).toContain('not an origin such as https://desk.example');
  }
});

test('trusted_proxies takes addresses and ranges, and names what is neither', () => {
  const list = ['10.0.0.0/8', '::1', '192.168.1.7'];
  expect(settingValue(configOf({ server: { trusted_proxies: list } }).config, 'server.trusted_proxies')).toBe(
    list.join(', '),
  );
  for (const wrong of ['10.0.0.0/33', 'proxy.example', '', '10.0.0.1/8/8', '::1/129']) {
    expect(problemOf({ server: { trusted_proxies: [wrong] } })).toContain(
      `${JSON.stringify(wrong)} is neither an address nor a range`,
    );
  }
});

test('defect 35: driver and token_hash take the values there are', () => {
  expect(problemOf({ storage: { driver: 'mysql' } })).toContain('storage.driver is "mysql"; allowed: sqlite, postgres');
  expect(problemOf({ auth: { token_hash: 'md5' } })).toContain('auth.token_hash is "md5"; allowed: sha256');
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
