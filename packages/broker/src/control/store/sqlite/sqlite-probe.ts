import { WriteProbe } from '../write-probe.js';
import type { SplitDatabase } from './split-driver.js';
import { storeErrorOf } from './sqlite-errors.js';

/** How long a probe waits for the write lock. */
const probeWaitMs = 250;

const sql =
  "insert into settings (key, value) values ('write_probe', ?) on conflict (key) do update set value = excluded.value";

/** Probes the database file through its thread that writes. */
export const sqliteProbe = (database: SplitDatabase): WriteProbe =>
  new WriteProbe(database.health, () => writeRow(database), storeErrorOf);

async function writeRow({ queue, writer }: SplitDatabase): Promise<void> {
  await queue.acquire();
  try {
    const parameters = [new Date().toISOString()];
    await writer.run({ kind: 'write', sql, parameters, waitMs: probeWaitMs });
  } finally {
    queue.release();
  }
}
