import { setTimeout as delay } from 'node:timers/promises';
import { CamelCasePlugin, Kysely } from 'kysely';
import type pg from 'pg';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';
import type { OpenedStore } from '../opened-store.js';
import { openTables } from '../sql/open-tables.js';
import { sqlStore } from '../sql/sql-store.js';
import type { Tables } from '../sql/tables.js';
import { WriteQueue } from '../sqlite/write-queue.js';
import { StoreError } from '../store-error.js';
import { StoreHealth } from '../store-health.js';
import { type PostgresAddress, postgresAddress } from './postgres-address.js';
import { SharedDialect } from './postgres-dialect.js';
import { storeErrorOf } from './postgres-errors.js';
import { brokerPool, patientPool, writeWaitMs } from './postgres-pool.js';
import { postgresProbe } from './postgres-probe.js';

/** How long a start waits for a database that cannot be reached yet. */
const reachMs = 10_000;
const retryMs = 250;
/** Key of the advisory lock of changes of the schema: the letters PMQM. */
const migrationLockKey = 0x504d514d;
/** The oldest version whose triggers and identity columns we use, as `server_version_num` writes it. */
const minVersion = 120_000;

/**
 * Opens a database of PostgreSQL and brings its schema up to date; brokers that start together take turns. `broker`: name of this broker in
 * the statistics and in the list of connections of the server. Throws a StartupError.
 */
export async function openPostgres(url: string, broker: string): Promise<OpenedStore> {
  const address = postgresAddress(url);
  const name = `pulsemq ${broker}`;
  await bringUpToDate(address, name);
  const shared = { pool: brokerPool(url, name), queue: new WriteQueue(writeWaitMs), health: new StoreHealth() };
  const db = new Kysely<Tables>({ dialect: new SharedDialect(shared), plugins: [new CamelCasePlugin()] });
  const probe = postgresProbe(shared);
  return { ...sqlStore(db, broker), health: shared.health, probe: () => probe.probe() };
}

/** The tables of a database, for a copy of all rows. No statement has a time limit. Throws a StartupError. */
export async function openPostgresTables(url: string): Promise<Kysely<Tables>> {
  const address = postgresAddress(url);
  await bringUpToDate(address, 'pulsemq store');
  const pool = patientPool(url, 'pulsemq store');
  const shared = { pool, queue: new WriteQueue(reachMs), health: new StoreHealth() };
  return new Kysely<Tables>({ dialect: new SharedDialect(shared), plugins: [new CamelCasePlugin()] });
}

async function bringUpToDate(address: PostgresAddress, name: string): Promise<void> {
  const pool = patientPool(address.url, name);
  try {
    await checkServer(pool, address);
    await oneAfterTheOther(pool, () => migrate(address.url, name));
  } catch (error) {
    throw startupError(address, error);
  } finally {
    await pool.end();
  }
}

async function migrate(url: string, name: string): Promise<void> {
  const shared = { pool: patientPool(url, name), queue: new WriteQueue(reachMs), health: new StoreHealth() };
  const db = await openTables(new SharedDialect(shared));
  await db.destroy();
}

/** Runs `work` while no other broker runs its own. The end of the connection gives the lock back, however it comes. */
async function oneAfterTheOther(pool: pg.Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLockKey]);
    await work();
  } finally {
    client.release(true);
  }
}

/** Waits for a server that cannot be reached yet, and checks its version and the encoding of the database. */
async function checkServer(pool: pg.Pool, address: PostgresAddress): Promise<void> {
  const endMs = performance.now() + reachMs;
  for (;;) {
    try {
      const { rows } = await pool.query(
        "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding",
      );
      const [{ version, encoding }] = rows as [{ version: number; encoding: string }];
      checkVersion(address, version, encoding);
      return;
    } catch (error) {
      const known = storeErrorOf(error);
      const isAway = known instanceof StoreError && known.code === 'STORE_AWAY';
      if (!isAway || performance.now() > endMs) throw known;
      await delay(retryMs);
    }
  }
}

function checkVersion({ shown }: PostgresAddress, version: number, encoding: string): void {
  if (version < minVersion) {
    const major = Math.floor(version / 10_000);
    throw new StartupError(`storage.url ${shown} is PostgreSQL ${major}; 12 or newer is needed`);
  }
  if (encoding !== 'UTF8') {
    throw new StartupError(`storage.url ${shown} has the encoding ${encoding}; create a database with UTF8`);
  }
}

function startupError({ shown }: PostgresAddress, error: unknown): StartupError {
  if (error instanceof StartupError) return error;
  const what = error instanceof StoreError ? '' : 'the schema cannot be brought up to date: ';
  return new StartupError(`storage.url ${shown}: ${what}${errorText(error)}`);
}
