import { sql } from 'kysely';
import type { CopiedDatabase } from './copied-database.js';
import type { PlainDatabase } from './plain-tables.js';

/** Reads and sets the highest id that a table has ever given, so that none is given twice after a copy. */

/** 0 for a table that has given none, or that numbers nothing. */
export async function usedId(kind: CopiedDatabase['kind'], db: PlainDatabase, table: string): Promise<number> {
  if (kind === 'sqlite') {
    const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`.execute(db);
    return rows[0]?.seq ?? 0;
  }
  const sequence = await sequenceOf(db, table);
  if (sequence === null) return 0;
  const { rows } = await sql<{ last: number; used: boolean }>`
    select last_value as last, is_called as used from ${sql.raw(sequence)}`.execute(db);
  return rows[0]?.used === true ? rows[0].last : 0;
}

export async function setUsedId(
  kind: CopiedDatabase['kind'],
  db: PlainDatabase,
  table: string,
  id: number,
): Promise<void> {
  if (id === 0) return;
  if (kind === 'sqlite') {
    await sql`delete from sqlite_sequence where name = ${table}`.execute(db);
    await sql`insert into sqlite_sequence (name, seq) values (${table}, ${id})`.execute(db);
    return;
  }
  const sequence = await sequenceOf(db, table);
  if (sequence !== null) await sql`select setval(${sequence}::regclass, ${id})`.execute(db);
}

/** Name of the sequence behind the column `id`, as PostgreSQL writes it; null for a table without one. */
async function sequenceOf(db: PlainDatabase, table: string): Promise<string | null> {
  const columns = await sql<{ found: boolean }>`
    select exists (select from information_schema.columns
      where table_name = ${table} and column_name = 'id' and is_identity = 'YES') as found`.execute(db);
  if (columns.rows[0]?.found !== true) return null;
  const { rows } = await sql<{ name: string | null }>`select pg_get_serial_sequence(${table}, 'id') as name`.execute(
    db,
  );
  return rows[0]?.name ?? null;
}
