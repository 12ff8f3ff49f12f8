import { WriteProbe } from '../write-probe.js';
import type { PostgresDatabase } from './postgres-driver.js';
import { storeErrorOf } from './postgres-errors.js';

/** A probe that waits for a lock finds out nothing more after this time. */
const lockWaitMs = 250;

const sql = `begin; set local lock_timeout = ${lockWaitMs};
  insert into settings (key, value) values ('write_probe', now()::text) on conflict (key) do update set value = excluded.value;
  commit`;

/** Probes the database over a connection of the pool. */
export const postgresProbe = (database: PostgresDatabase): WriteProbe =>
  new WriteProbe(database.health, () => writeRow(database), storeErrorOf);

async function writeRow({ pool }: PostgresDatabase): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(sql);
    client.release();
  } catch (error) {
    // In what state the transaction is does not matter: the connection goes.
    client.release(true);
    throw error;
  }
}
