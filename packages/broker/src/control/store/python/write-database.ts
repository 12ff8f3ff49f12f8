import { closeSync, openSync } from 'node:fs';
import { type Insertable, type Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { openTables } from '../sql/open-tables.js';
import type { Tables } from '../sql/tables.js';
import { applicationId } from '../sqlite/database-file.js';
import type { ConvertedRows } from './converted-rows.js';

/** Rows of one INSERT: SQLite takes 32,766 values at most, and a row here has at most 12. */
const rowsPerInsert = 1_000;

/** Creates a database of this broker at `path`, where nothing may be yet, with these rows in it. */
export async function writeDatabase(path: string, rows: ConvertedRows): Promise<void> {
  closeSync(openSync(path, 'wx', 0o600));
  const database = new Database(path);
  database.pragma(`application_id = ${applicationId}`);
  const db = await openTables(new SqliteDialect({ database }));
  try {
    await db.transaction().execute(async (inner) => {
      await insert(inner, 'users', rows.users);
      await insert(inner, 'namespaces', rows.namespaces);
      await insert(inner, 'topics', rows.topics);
      await insert(inner, 'namespacePermissions', rows.grants);
      await insert(inner, 'auditLog', rows.audit);
    });
  } finally {
    await db.destroy();
  }
}

async function insert<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsPerInsert) {
    await db
      .insertInto(table)
      .values(rows.slice(at, at + rowsPerInsert))
      .execute();
  }
}
