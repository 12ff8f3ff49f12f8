import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import Database from 'libsql';
import { errorText } from '../../error-text.js';
import { lowerThread } from '../../thread-priority.js';
import { fileHash } from './file-hash.js';
import { checkDatabase } from './inspect-database.js';

/**
 * Copies a database while others write it, in a process of its own: SQLite copies in one call, which takes seconds for a large database, and
 * a broker that ends can end a process but not such a call. `VACUUM INTO` reads in one transaction, so the copy is the database at one moment,
 * and with a write-ahead log no writer waits for it.
 */

export interface CopyJob {
  readonly from: string;
  readonly to: string;
}

/** What the copy is. */
export interface DatabaseCopy {
  /** Name of its newest migration. */
  readonly schema: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the process sends at its end. */
export type CopyResult = { readonly copy: DatabaseCopy } | { readonly failed: string };

/** How long the start waits for another process that recovers the write-ahead log. */
const openWaitMs = 5_000;

lowerThread();

async function copied({ from, to }: CopyJob): Promise<DatabaseCopy> {
  // The copy holds hashes and secrets. SQLite writes into an empty file, and so it keeps this mode.
  closeSync(openSync(to, 'wx', 0o600));
  try {
    vacuumInto(from, to);
    const schema = checkDatabase(to);
    return { schema, bytes: statSync(to).size, sha256: await fileHash(to) };
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}

function vacuumInto(from: string, to: string): void {
  const database = new Database(from);
  try {
    database.pragma(`busy_timeout = ${openWaitMs}`);
    database.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
}

const [from = '', to = ''] = process.argv.slice(2);
const result: CopyResult = await copied({ from, to }).then(
  (copy) => ({ copy }),
  (error: unknown) => ({ failed: errorText(error) }),
);
process.send?.(result, () => process.disconnect());
