import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSections } from '../../src/control/config/config-schema.js';
import { effectiveYaml, exampleYaml } from '../../src/control/config/config-yaml.js';
import { configProblems, effectiveConfig } from '../../src/control/config/effective-config.js';
import { environmentLayer, variableOf } from '../../src/control/config/environment.js';
import { LiveConfig } from '../../src/control/config/live-config.js';
import { renamedSettings } from '../../src/control/config/renamed-settings.js';
import { settingList } from '../../src/control/config/setting-list.js';
import { renamedTable } from '../../src/control/config/setting-table.js';

const fileOf = (name: string): string => readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8');
const ofEnvironment = (environment: Record<string, string>) => effectiveConfig([environmentLayer(environment)]);

/** Texts of settings that take only some forms. */
const formed: Readonly<Record<string, [string, unknown]>> = {
  'cluster.name': ['prices', 'prices'],
  'server.allowed_origins': ['https://a.example, http://b.example:81', ['https://a.example', 'http://b.example:81']],
};

/** A text that the setting accepts and that is not its default, and its value. */
function otherText({ key, type, range, defaultValue }: ReturnType<typeof settingList>[number]): [string, unknown] {
  if (formed[key] !== undefined) return formed[key];
  if (type === 'boolean') return [String(!defaultValue), !defaultValue];
  if (type === 'number') {
    const [min, max] = range.split(' to ').map(Number) as [number, number];
    const value = defaultValue === max ? min : max;
    return [String(value), value];
  }
  if (range.startsWith('list of host:port'))
    return ['10.0.0.1:4222, b.example:4222', ['10.0.0.1:4222', 'b.example:4222']];
  if (type === 'list') return ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']];
  const [other] = /^text(, at least|$)/.test(range) ? [key.padEnd(40, 'x')] : range.split(', ').reverse();
  return [other!, other!];
}

describe('the environment', () => {
  test.each(settingList().map((setting) => [variableOf(setting.key), setting] as const))('%s', (variable, setting) => {
    const [text, value] = otherText(setting);
    const { values, ...more } = environmentLayer({ [variable]: text });
    // Not the whole configuration: some settings must be given together.
    const [section, name] = setting.key.split('.') as [string, string];
    expect([values, more]).toEqual([
      { [section]: { [name]: value } },
      { source: 'environment', problems: [], warnings: [] },
    ]);
  });

  test.each([
    ['PULSEMQ_SERVER_PUB_PORT', 'abc', 'PULSEMQ_SERVER_PUB_PORT is "abc"; allowed: 0 to 65535'],
    ['PULSEMQ_SERVER_PUB_PORT', '70000', 'PULSEMQ_SERVER_PUB_PORT is "70000"; allowed: 0 to 65535'],
    ['PULSEMQ_SERVER_PUB_PORT', '0x10', 'PULSEMQ_SERVER_PUB_PORT is "0x10"; allowed: 0 to 65535'],
    ['PULSEMQ_SERVER_PUB_PORT', '1.5', 'PULSEMQ_SERVER_PUB_PORT is "1.5"; allowed: 0 to 65535'],
    ['PULSEMQ_AUTH_LEGACY_SUBSCRIBERS', 'yes', 'PULSEMQ_AUTH_LEGACY_SUBSCRIBERS is "yes"; allowed: true, false'],
    ['PULSEMQ_LOGGING_LEVEL', 'loud', 'PULSEMQ_LOGGING_LEVEL is "loud"; allowed: debug, info, warn, error'],
    [
      'PULSEMQ_SERVER_TRUSTED_PROXIES',
      '::1,proxy.example',
      'PULSEMQ_SERVER_TRUSTED_PROXIES: "proxy.example" is neither an address nor a range such as 10.0.0.0/8',
    ],
    [
      'PULSEMQ_SERVER_ALLOWED_ORIGINS',
      'desk.example',
      'PULSEMQ_SERVER_ALLOWED_ORIGINS: "desk.example" is not an origin such as https://desk.example',
    ],
  ])('%s=%s is refused by name, value and what is allowed', (variable, text, problem) => {
    const layers = [environmentLayer({ [variable]: text })];
    expect(configProblems(layers)).toEqual([problem]);
    expect(() => effectiveConfig(layers)).toThrow(`configuration: ${problem}`);
  });

  test('a secret is not shown when it is refused', () => {
    const [problem] = configProblems([environmentLayer({ PULSEMQ_AUTH_JWT_SECRET: 'hunter2' })]);
    expect(problem).toBe('PULSEMQ_AUTH_JWT_SECRET allowed: text, at least 32 characters');
  });

  test('an option wins over it, it wins over the file, and an empty variable is not set', () => {
    const layers = (environment: Record<string, string>) => [
      { source: 'file' as const, values: { server: { pub_port: 6000, admin_port: 6001, host: 'file' } } },
      environmentLayer(environment),
      { source: 'flag' as const, values: { server: { admin_port: 8001 } } },
    ];
    const given = { PULSEMQ_SERVER_PUB_PORT: '7000', PULSEMQ_SERVER_ADMIN_PORT: '7001', PULSEMQ_SERVER_HOST: '' };
    const { config, sources } = effectiveConfig(layers(given));
    expect(config.server).toMatchObject({ pub_port: 7000, admin_port: 8001, host: 'file' });
    expect(Object.fromEntries(sources)).toEqual({
      'server.pub_port': 'environment',
      'server.admin_port': 'flag',
      'server.host': 'file',
    });
  });

  test.each([
    ['PULSEMQ_SERVER_PUBPORT', 'did you mean PULSEMQ_SERVER_PUB_PORT?'],
    ['PULSEMQ_SEVER_PUB_PORT', 'did you mean PULSEMQ_SERVER_PUB_PORT?'],
    ['PULSEMQ_LOG_LEVEL', 'did you mean PULSEMQ_LOGGING_LEVEL?'],
    ['PULSEMQ_BROKER_HWM', 'did you mean PULSEMQ_BROKER_BACKLOG_MESSAGES?'],
    ['PULSEMQ_SERVER_SERVICE_PORT_SOMETHING_ELSE', 'see docs/configuration.md'],
  ])('%s is not a setting, and a warning says so: %s', (variable, hint) => {
    const { warnings, config } = ofEnvironment({ [variable]: '1' });
    expect(warnings).toEqual([`the environment variable ${variable} is not a setting and has no effect; ${hint}`]);
    expect(config).toEqual(effectiveConfig([]).config);
  });

  test('the variables of the command are left alone', () => {
    const names = 'HOST PUB_PORT SUB_PORT NAMESPACE USERNAME TOKEN TOKEN_FILE ADMIN_URL PASSWORD CONTEXT CONFIG_DIR';
    const environment = Object.fromEntries(names.split(' ').map((name) => [`PULSEMQ_${name}`, '1']));
    expect(ofEnvironment({ ...environment, PATH: '/bin', SERVER_PUB_PORT: '1' })).toEqual(effectiveConfig([]));
  });
});

describe('old names', () => {
  const defaultOf = (key: string): unknown => settingList().find((one) => one.key === key)?.defaultValue;
  const withKeys = (...keys: string[]) => {
    const values: Record<string, Record<string, unknown>> = {};
    for (const key of keys) {
      const [section, name] = key.split('.') as [string, string];
      values[section] = { ...values[section], [name]: defaultOf(key) ?? defaultOf(renamedSettings[key as never]) };
    }
    return [{ source: 'file' as const, values }];
  };

  test.each(Object.entries(renamedSettings))('%s works as %s, with one warning', (oldKey, newKey) => {
    expect(defaultOf(newKey)).toBeDefined();
    const { sources, warnings } = effectiveConfig(withKeys(oldKey));
    expect(Object.fromEntries(sources)).toEqual({ [newKey]: 'file' });
    expect(warnings).toEqual([`${oldKey} has the new name ${newKey}; the old name still works`]);
  });

  test.each(Object.entries(renamedSettings))('%s together with %s is refused', (oldKey, newKey) => {
    const problem = `${oldKey} is the old name of ${newKey}, and both are given; remove ${oldKey}`;
    expect(configProblems(withKeys(oldKey, newKey))).toEqual([problem]);
    expect(() => effectiveConfig(withKeys(newKey, oldKey))).toThrow(problem);
  });

  test('a value out of range is refused under the new name', () => {
    const layers = [{ source: 'file' as const, values: { broker: { hwm: 0 } } }];
    expect(configProblems(layers)).toEqual(['broker.backlog_messages is 0; allowed: 1 to 10000000']);
  });

  test('the table in docs/configuration.md is this one', () => {
    const table = /<!-- renamed:start -->\n([\s\S]*?)\n<!-- renamed:end -->/.exec(fileOf('docs/configuration.md'))?.[1];
    expect(table, 'npm run config-table writes it').toBe(renamedTable());
  });
});

describe('the configuration as YAML', () => {
  test('config.example.yaml is up to date, and is exactly the defaults', () => {
    const text = fileOf('config.example.yaml');
    expect(text, 'npm run config-table writes it').toBe(exampleYaml());
    const values = parse(text);
    expect(values).toEqual(effectiveConfig([]).config);
    expect(effectiveConfig([{ source: 'file', values }]).config).toEqual(effectiveConfig([]).config);
  });

  test('what is in force has a source on each line, reads back as it is, and shows no secret', () => {
    const secret = 's'.repeat(40);
    const effective = effectiveConfig([
      { source: 'file', values: { server: { pub_port: 6000 }, auth: { jwt_secret: secret } } },
      environmentLayer({ PULSEMQ_LOGGING_FORMAT: 'json', PULSEMQ_SERVER_TRUSTED_PROXIES: '::1' }),
      { source: 'flag', values: { logging: { level: 'debug' } } },
    ]);
    const text = effectiveYaml(effective);
    for (const line of [
      '  pub_port: 6000 # file',
      '  sub_port: null # default',
      '  trusted_proxies: ["::1"] # environment',
      '  jwt_secret: (set) # file',
      '  level: "debug" # command line',
      '  format: "json" # environment',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).not.toContain(secret);
    const { auth, ...others } = parse(text);
    const { auth: wanted, ...wantedOthers } = effective.config;
    expect([others, { ...auth, jwt_secret: secret }]).toEqual([wantedOthers, wanted]);
    const lines = text.split('\n').filter((line) => line.startsWith('  '));
    expect(lines).toHaveLength(settingList().length);
    expect(Object.keys(parse(text))).toEqual(Object.keys(configSections));
  });
});

test('a setting that the API changed goes back to that of the configuration when it is read again', () => {
  const configured = effectiveConfig([{ source: 'file', values: { logging: { level: 'warn' } } }]);
  const live = new LiveConfig(configured);
  const heard: string[] = [];
  live.onChange(({ logging }) => heard.push(logging.level));
  live.set('logging.level', 'debug');
  expect(live.effective.sources.get('logging.level')).toBe('api');
  expect(live.replace(configured)).toEqual({ applied: ['logging.level'], later: [] });
  expect([heard, live.effective.sources.get('logging.level')]).toEqual([['debug', 'warn'], 'file']);
});
