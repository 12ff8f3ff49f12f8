import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';

/**
 * Kysely's SQLite dialect, except that transactions, and single statements that write, take the write lock first, by BEGIN IMMEDIATE.
 * Only that waits for another process that writes: a transaction that has read already and then writes fails at once. And when a
 * statement with RETURNING fails without the lock, the driver does not reset it until it is garbage collected; until then the connection
 * reads old data and cannot write.
 */
export class LockFirstDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new LockFirstDriver(this.#config);
  }
}

class LockFirstDriver extends SqliteDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    return new LockFirstConnection(await super.acquireConnection());
  }

  override async beginTransaction(connection: LockFirstConnection): Promise<void> {
    await connection.begin();
  }

  override async commitTransaction(connection: LockFirstConnection): Promise<void> {
    await connection.end('commit');
  }

  override async rollbackTransaction(connection: LockFirstConnection): Promise<void> {
    await connection.end('rollback');
  }
}

const writes: ReadonlySet<string> = new Set(['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode']);

/** The connection, from when Kysely acquires it until it is released. */
class LockFirstConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection;
  #isInTransaction = false;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async begin(): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw('begin immediate'));
    this.#isInTransaction = true;
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    await this.#connection.executeQuery(CompiledQuery.raw(how));
    this.#isInTransaction = false;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#isInTransaction || !writes.has(query.query.kind)) return this.#connection.executeQuery<Row>(query);
    await this.begin();
    try {
      const result = await this.#connection.executeQuery<Row>(query);
      await this.end('commit');
      return result;
    } catch (error) {
      await this.end('rollback');
      throw error;
    }
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery<Row>(query, chunkSize);
  }
}
