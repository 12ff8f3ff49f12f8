import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../sql/tables.js';

/** Tables under their names in the database, whatever a migration has added. */
export type PlainDatabase = Kysely<Record<string, Record<string, unknown>>>;

export type PlainRow = Readonly<Record<string, unknown>>;

/** One table that is copied row by row. */
export interface PlainTable {
  readonly name: string;
  /** Column that orders the rows, and identifies each. */
  readonly key: string;
}

/** Rows of one page. */
const pageRowCount = 500;

/** Of `settings`: what says something of one database alone. */
const ownSettings = /^(write_probe|pending_changes_stored)/;

/** Tables to which others refer come first. */
const first = ['users', 'namespaces'];

export const plain = (db: Kysely<Tables>): PlainDatabase => db.withoutPlugins() as unknown as PlainDatabase;

/** Names of the tables of statistics, which are copied by time. */
export const isStatistics = (name: string): boolean => name.startsWith('stats_');

/** The tables of a database, in the order in which they are filled. Those of the migrations and of statistics are left out. */
export async function plainTables(db: PlainDatabase): Promise<PlainTable[]> {
  const all = await db.introspection.getTables({ withInternalKyselyTables: true });
  const schema = all.find(({ name }) => name === 'kysely_migration')?.schema;
  const tables = all
    .filter((table) => table.schema === schema && !table.isView)
    .filter(({ name }) => !name.startsWith('kysely_') && !isStatistics(name))
    .map(({ name, columns }) => ({
      name,
      key: columns.some((column) => column.name === 'id') ? 'id' : columns[0]!.name,
    }));
  const rank = ({ name }: PlainTable): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return tables.sort((left, right) => rank(left) - rank(right) || (left.name < right.name ? -1 : 1));
}

/** The rows of a table in the order of its key, a page at a time. */
export async function* pagesOf(db: PlainDatabase, { name, key }: PlainTable): AsyncGenerator<PlainRow[]> {
  let last: unknown;
  for (;;) {
    let query = db.selectFrom(name).selectAll().orderBy(key).limit(pageRowCount);
    if (last !== undefined) query = query.where(key, '>', last);
    const rows: PlainRow[] = await query.execute();
    if (rows.length === 0) return;
    yield rows.filter((row) => name !== 'settings' || !ownSettings.test(String(row.key)));
    last = rows.at(-1)![key];
  }
}

/** Number of rows, and a hash of all their values. */
export async function digestOf(db: PlainDatabase, table: PlainTable): Promise<{ rowCount: number; hash: string }> {
  const hash = createHash('sha256');
  let rowCount = 0;
  for await (const rows of pagesOf(db, table)) {
    rowCount += rows.length;
    for (const row of rows)
      hash.update(JSON.stringify(Object.entries(row).sort(([left], [right]) => (left < right ? -1 : 1))));
  }
  return { rowCount, hash: hash.digest('hex') };
}
