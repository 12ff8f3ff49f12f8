import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { effectiveConfig } from '../../src/control/config/effective-config.js';
import { environmentLayer } from '../../src/control/config/environment.js';
import { postgresAddress } from '../../src/control/store/postgres/postgres-address.js';
import { storePlace } from '../../src/control/store/store-place.js';
import { temporaryFolder } from './running-server.js';

const url = 'postgres://user:secret-word@db.example:5433/pulsemq';

const placeOf = (storage: Record<string, unknown>, folder = '/x', env = {}) =>
  storePlace(effectiveConfig([{ source: 'file', values: { storage } }, environmentLayer(env)]).config, folder);

test('a file is beside the broker; its path is not that of the files that wait for a server', () => {
  expect(placeOf({})).toEqual({ driver: 'sqlite', path: '/x/pulsemq.db' });
  expect(placeOf({ driver: 'postgres', url })).toMatchObject({
    driver: 'postgres',
    url,
    path: '/x/pulsemq.db.postgres',
  });
});

test('the address comes from the environment, from the configuration, or from a file, in this order', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'url'), `${url}?a\n`);
  const env = { PULSEMQ_STORAGE_URL: `${url}?b` };
  const given = { driver: 'postgres', url, url_file: 'url', broker_name: 'one' };
  expect(placeOf(given, folder, env)).toMatchObject({ url: `${url}?b`, broker: 'one' });
  expect(placeOf(given, folder)).toMatchObject({ url });
  expect(placeOf({ ...given, url: null }, folder)).toMatchObject({ url: `${url}?a` });
  expect(() => placeOf({ driver: 'postgres' }, folder)).toThrow(
    'set storage.url, storage.url_file or PULSEMQ_STORAGE_URL',
  );
  expect(() => placeOf({ driver: 'postgres', url_file: 'none' }, folder)).toThrow(
    `storage.url_file ${folder}/none cannot`,
  );
});

test('an address is shown without its secrets, also where it is wrong', () => {
  expect(postgresAddress(url).shown).toBe('db.example:5433/pulsemq');
  const wrong = [
    'mysql://user:secret-word@h/d',
    'user:secret-word',
    'postgres://user:secret-word@host:port/d',
    'postgres://user:pass?sslmode=secret-word@host/d',
    'postgres://user:secret-word@host/d?sslrootcert=/none/ca.pem',
  ];
  const texts = wrong.map((address) => {
    try {
      return postgresAddress(address).shown;
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(texts[0]).toContain('must begin with postgres://');
  expect(texts[4]).toContain('ENOENT at /none/ca.pem');
  for (const text of texts) expect(text).not.toContain('secret-word');
});

test('an sslmode that pg does not know is refused by its name', () => {
  expect(() => postgresAddress(`${url}?sslmode=disabled`)).toThrow(
    'sslmode of storage.url is disabled, expected one of disable, prefer, require, verify-ca, verify-full, no-verify',
  );
  expect(() => postgresAddress(`${url}?application_name=a&sslmode=`)).toThrow(
    'sslmode of storage.url is , expected one of',
  );
  expect(postgresAddress(`${url}?sslmode=disable`).shown).toBe('db.example:5433/pulsemq');
});
