import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type pg from 'pg';
import type { WriteQueue } from '../sqlite/write-queue.js';
import { StoreError } from '../store-error.js';
import type { StoreHealth } from '../store-health.js';
import { storeErrorOf } from './postgres-errors.js';

/** What all connections of one database share. */
export interface PostgresDatabase {
  readonly pool: pg.Pool;
  /** Only one connection of this broker waits for the write lock, so that reads always find one. */
  readonly queue: WriteQueue;
  readonly health: StoreHealth;
}

/** Key of the advisory lock of writes: the letters PMQW. */
const writeLockKey = 0x504d5157;

/**
 * A transaction begins with the one write lock of the database, which it holds to its end. So all brokers write one after the other, as
 * SQLite has it for one broker: what a transaction has read, such as that another super_admin is there, still holds when it is committed.
 */
const beginSql = `begin; select pg_advisory_xact_lock(${writeLockKey})`;

/** Runs reads on any connection, and each write in a transaction with the write lock. */
export class PostgresDriver implements Driver {
  readonly #shared: PostgresDatabase;

  constructor(shared: PostgresDatabase) {
    this.#shared = shared;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PostgresConnection(this.#shared);
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: PostgresConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.rollback();
  }

  async destroy(): Promise<void> {
    await this.#shared.pool.end();
  }
}

/** One use of the database by Kysely: a query, or a transaction. */
class PostgresConnection implements DatabaseConnection {
  readonly #shared: PostgresDatabase;
  /** Set while a transaction runs. */
  #client: pg.PoolClient | null = null;
  /** The transaction has something to write. */
  #hasChanged = false;

  constructor(shared: PostgresDatabase) {
    this.#shared = shared;
  }

  async begin(): Promise<void> {
    const { queue, pool } = this.#shared;
    await this.#watched(() => queue.acquire());
    try {
      this.#client = await this.#watched(() => pool.connect());
      await this.#watched(() => this.#opened.query(beginSql));
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  async commit(): Promise<void> {
    try {
      const { command } = await this.#watched(() => this.#opened.query('commit'));
      // The answer to the commit of a transaction in which a statement has failed.
      if (command === 'ROLLBACK') throw new Error('a statement of this transaction failed, and nothing was stored');
      if (this.#hasChanged) this.#shared.health.wrote();
      this.#end();
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  async rollback(): Promise<void> {
    // A commit that failed has ended the transaction; so has a connection that broke.
    if (this.#client === null) return;
    try {
      await this.#watched(() => this.#opened.query('rollback'));
      this.#end();
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#client !== null) return this.#query(this.#client, query);
    return query.query.kind === 'SelectQueryNode' ? this.#read(query) : this.#write(query);
  }

  // biome-ignore lint/correctness/useYield: nothing streams rows, and Kysely wants the method
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('rows of this store are not streamed; read them in pages');
  }

  async #read<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const client = await this.#watched(() => this.#shared.pool.connect());
    try {
      const result = await this.#query<Row>(client, query);
      client.release();
      return result;
    } catch (error) {
      client.release(isBroken(error));
      throw error;
    }
  }

  async #write<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.begin();
    try {
      const result = await this.#query<Row>(this.#opened, query);
      await this.commit();
      return result;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  async #query<Row>(client: pg.PoolClient, { sql, parameters, query }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, rowCount } = await this.#watched(() => client.query(sql, [...parameters]));
    if (query.kind === 'SelectQueryNode') return { rows };
    this.#hasChanged ||= (rowCount ?? 0) > 0;
    return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
  }

  get #opened(): pg.PoolClient {
    if (this.#client === null) throw new Error('no transaction is open on this connection');
    return this.#client;
  }

  /** Gives the connection back, or closes it when it is broken, and lets the next write begin. */
  #end(error?: unknown): void {
    this.#client?.release(isBroken(error));
    this.#client = null;
    this.#hasChanged = false;
    this.#shared.queue.release();
  }

  /** Runs work on the database. What concerns the whole database becomes a StoreError, and its health knows of it. */
  async #watched<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const known = storeErrorOf(error);
      this.#shared.health.failed(known);
      throw known;
    }
  }
}

/** A connection with an unknown state must not be used again. */
const isBroken = (error: unknown): boolean => error instanceof StoreError && error.code !== 'STORE_BUSY';
