import { StartupError } from '../../startup-error.js';
import { type CopiedDatabase, openCopied } from './copied-database.js';
import { copyStatistics, statisticsCount } from './copy-statistics.js';
import { digestOf, type PlainTable, pagesOf, plain, plainTables } from './plain-tables.js';
import { setUsedId, usedId } from './used-ids.js';

/** What is copied, and where to. */
export interface StoreCopy {
  /** `sqlite:PATH` with an absolute path, or an address of PostgreSQL. */
  readonly from: string;
  readonly to: string;
  /** Removes what the target has. Without it a target with rows is refused. */
  readonly isForced: boolean;
  /** Name of the broker to which statistics of an SQLite file belong in PostgreSQL. */
  readonly broker: string;
  /** Called while rows are copied, with the number of those of the table so far. */
  readonly onProgress?: (table: string, rowCount: number) => void;
}

/** Rows of one table that were copied and compared. */
export interface CopiedTable {
  readonly table: string;
  readonly rowCount: number;
}

/**
 * Copies all tables of one database to another in one transaction, with ids as they are, and compares both. Both are locked against writes
 * meanwhile. Throws a StartupError, and leaves the target as it was, when the target has rows, or when the copy differs.
 */
export async function copyStore(copy: StoreCopy): Promise<{ from: string; to: string; tables: CopiedTable[] }> {
  if (copy.from === copy.to) throw new StartupError('--from and --to are the same database');
  const source = await openCopied(copy.from, true);
  try {
    const target = await openCopied(copy.to, false);
    try {
      return { from: source.shown, to: target.shown, tables: await copyBetween(source, target, copy) };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A transaction on the source too: it has the write lock, so no broker changes anything between two pages. */
const copyBetween = (source: CopiedDatabase, target: CopiedDatabase, copy: StoreCopy): Promise<CopiedTable[]> =>
  source.db
    .transaction()
    .execute((from) =>
      target.db.transaction().execute((to) => copyTables({ ...source, db: from }, { ...target, db: to }, copy)),
    );

async function copyTables(source: CopiedDatabase, target: CopiedDatabase, copy: StoreCopy): Promise<CopiedTable[]> {
  const tables = await plainTables(plain(source.db));
  await makeRoom(target, await plainTables(plain(target.db)), copy.isForced);
  const copied: CopiedTable[] = [];
  for (const table of tables) {
    const rowCount = await copyTable(source, target, table, (count) => copy.onProgress?.(table.name, count));
    copied.push({ table: table.name, rowCount });
  }
  return [...copied, ...(await copyAllStatistics(source, target, copy))];
}

async function copyAllStatistics(
  source: CopiedDatabase,
  target: CopiedDatabase,
  { broker, onProgress }: StoreCopy,
): Promise<CopiedTable[]> {
  const sofar = { minute: 0, hour: 0 };
  const counts = await copyStatistics(source, target, broker, (span, count) => {
    sofar[span] += count;
    onProgress?.(`statistics (${span})`, sofar[span]);
  });
  const copied: CopiedTable[] = [];
  for (const span of ['minute', 'hour'] as const) {
    const rowCount = await statisticsCount(target.db, span);
    if (rowCount !== counts[span]) throw differs(`statistics (${span})`, counts[span], rowCount);
    copied.push({ table: `statistics (${span})`, rowCount });
  }
  return copied;
}

/** Throws when the target has rows, or removes them. */
async function makeRoom(target: CopiedDatabase, tables: readonly PlainTable[], isForced: boolean): Promise<void> {
  const db = plain(target.db);
  const filled: string[] = [];
  for (const table of tables) {
    const { value: rows } = await pagesOf(db, table).next();
    if (rows !== undefined && rows.length > 0) filled.push(table.name);
  }
  for (const span of ['minute', 'hour'] as const) {
    if ((await statisticsCount(target.db, span)) > 0) filled.push(`statistics (${span})`);
  }
  if (filled.length === 0) return;
  if (!isForced) {
    throw new StartupError(
      `the target ${target.shown} is not empty (${filled.join(', ')}); --force removes everything in it first`,
    );
  }
  const statistics = ['system', 'topic', 'user'].flatMap((kind) => [`stats_${kind}_minute`, `stats_${kind}_hour`]);
  const names = [...statistics, ...tables.map(({ name }) => name).reverse()];
  for (const name of names) await db.deleteFrom(name).execute();
}

async function copyTable(
  source: CopiedDatabase,
  target: CopiedDatabase,
  table: PlainTable,
  onRows: (count: number) => void,
): Promise<number> {
  const [from, to] = [plain(source.db), plain(target.db)];
  let rowCount = 0;
  for await (const rows of pagesOf(from, table)) {
    if (rows.length > 0) await to.insertInto(table.name).values(rows).execute();
    rowCount += rows.length;
    onRows(rowCount);
  }
  const used = Math.max(await usedId(source.kind, from, table.name), await usedId(target.kind, to, table.name));
  await setUsedId(target.kind, to, table.name, used);
  const [before, after] = [await digestOf(from, table), await digestOf(to, table)];
  if (before.hash !== after.hash) throw differs(table.name, before.rowCount, after.rowCount);
  return rowCount;
}

const differs = (table: string, sourceCount: number, targetCount: number): StartupError =>
  new StartupError(
    `the copy of ${table} differs: ${sourceCount} rows were read, and ${targetCount} are in the target; nothing was changed`,
  );
