import { type Kysely, PostgresAdapter, sql } from 'kysely';
import { statsColumns, statsKeys } from './stats-columns.js';
import type { Tables } from './tables.js';

type Kind = keyof typeof statsColumns;
type Table = 'statsSystemMinute' | 'statsTopicMinute' | 'statsUserMinute';

/**
 * Writes rows of statistics; a row replaces the one of the same key. SQLite has `replace into`; PostgreSQL needs the columns of the key, and
 * the broker is one of them there.
 */
export function replaceStats(db: Kysely<Tables>, broker: string) {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return async (kind: Kind, table: Table, rows: readonly object[]): Promise<void> => {
    const values = rows.map((row) => ({ ...row, broker })) as never[];
    if (!isPostgres) {
      await db.replaceInto(table).values(values).execute();
      return;
    }
    const key = [...statsKeys[kind], 'broker'] as never[];
    const changed = Object.fromEntries(
      statsColumns[kind].map((column) => [column, sql.ref(`excluded.${column}`)]),
    ) as never;
    await db
      .insertInto(table)
      .values(values)
      .onConflict((conflict) => conflict.columns(key).doUpdateSet(changed))
      .execute();
  };
}
