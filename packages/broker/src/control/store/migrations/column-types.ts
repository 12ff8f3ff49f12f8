import {
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type Kysely,
  PostgresAdapter,
  type RawBuilder,
  sql,
} from 'kysely';

type DataType = ColumnDataType | RawBuilder<unknown>;

/** Types of columns, as the database of a migration calls them. */
export interface ColumnTypes {
  /** 64 bits. SQLite numbers rows by themselves only in a column of the type `integer`. */
  readonly integer: DataType;
  /** Compared byte by byte: the order of a list must not depend on the language of the database. */
  readonly text: DataType;
  /** 64 bits. `real` of PostgreSQL has 32. */
  readonly real: DataType;
  /** Numbers the rows from 1, and gives no number twice. */
  readonly numbered: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
}

const sqlite: ColumnTypes = {
  integer: 'integer',
  text: 'text',
  real: 'real',
  numbered: (column) => column.primaryKey().autoIncrement(),
};

const postgres: ColumnTypes = {
  integer: 'bigint',
  text: sql`text collate "C"`,
  real: 'double precision',
  // Not `always`: rows that are copied from another database keep their numbers.
  numbered: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
};

/** True when the migration runs on PostgreSQL. */
export const isPostgres = (db: Kysely<unknown>): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

export const columnTypes = (db: Kysely<unknown>): ColumnTypes => (isPostgres(db) ? postgres : sqlite);
