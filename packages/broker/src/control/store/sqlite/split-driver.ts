import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import type Database from 'libsql';
import type { StoreHealth } from '../store-health.js';
import { storeErrorOf } from './sqlite-errors.js';
import type { WriteQueue } from './write-queue.js';
import type { WriterRows } from './writer-jobs.js';
import type { WriterThread } from './writer-thread.js';

/** How long a change waits for the write lock, its time in the queue included. */
export const writeWaitMs = 5_000;

/** What all connections of one database share. */
export interface SplitDatabase {
  /** Reads on this thread: they do not wait for a lock, and a trip to another thread would cost more than most of them. */
  readonly reader: Database.Database;
  readonly writer: WriterThread;
  readonly queue: WriteQueue;
  readonly health: StoreHealth;
}

/** Runs reads on this thread, and transactions and single writes on the thread that writes. */
export class SplitDriver implements Driver {
  readonly #shared: SplitDatabase;

  constructor(shared: SplitDatabase) {
    this.#shared = shared;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SplitConnection(this.#shared);
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: SplitConnection): Promise<void> {
    await connection.begin();
  }

  async commitTransaction(connection: SplitConnection): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: SplitConnection): Promise<void> {
    await connection.rollback();
  }

  async destroy(): Promise<void> {
    this.#shared.reader.close();
    await this.#shared.writer.close();
  }
}

/** One use of the database by Kysely: a query, or a transaction. */
class SplitConnection implements DatabaseConnection {
  readonly #shared: SplitDatabase;
  /** Generation of the thread in which the transaction began; null outside of one. */
  #generation: number | null = null;
  /** The transaction has something to write. Without that its commit says nothing about the disk. */
  #hasChanged = false;

  constructor(shared: SplitDatabase) {
    this.#shared = shared;
  }

  /** Takes the write lock. A transaction that has read already and then writes could not wait for it. */
  async begin(): Promise<void> {
    const { queue, writer } = this.#shared;
    const startMs = performance.now();
    await this.#watched(() => queue.acquire());
    try {
      await this.#watched(() => writer.run({ kind: 'begin', waitMs: writeWaitMs - (performance.now() - startMs) }));
      this.#generation = writer.generation;
    } catch (error) {
      queue.release();
      throw error;
    }
  }

  async commit(): Promise<void> {
    const { queue, writer, health } = this.#shared;
    try {
      this.#checkGeneration();
      await this.#watched(() => writer.run({ kind: 'commit' }));
      if (this.#hasChanged) health.wrote();
    } finally {
      this.#generation = null;
      queue.release();
    }
  }

  async rollback(): Promise<void> {
    const { queue, writer } = this.#shared;
    // A commit that failed has rolled back; so has the end of the thread.
    if (this.#generation === null) return;
    try {
      if (this.#generation === writer.generation) await writer.run({ kind: 'rollback' });
    } finally {
      this.#generation = null;
      queue.release();
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { sql, parameters } = query;
    const isRead = query.query.kind === 'SelectQueryNode';
    if (this.#generation === null) return isRead ? this.#read(query) : this.#write(query);
    this.#checkGeneration();
    const result = await this.#watched(() => this.#shared.writer.run({ kind: 'query', sql, parameters }));
    this.#hasChanged ||= !isRead && (result.changedCount > 0 || result.rows.length > 0);
    return resultOf(result);
  }

  // biome-ignore lint/correctness/useYield: nothing streams rows, and Kysely wants the method
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('rows of this store are not streamed; read them in pages');
  }

  #read<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    try {
      return { rows: this.#shared.reader.prepare(sql).all(parameters) as Row[] };
    } catch (error) {
      throw storeErrorOf(error);
    }
  }

  async #write<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { queue, writer, health } = this.#shared;
    const startMs = performance.now();
    await this.#watched(() => queue.acquire());
    try {
      const waitMs = writeWaitMs - (performance.now() - startMs);
      const rows = await this.#watched(() => writer.run({ kind: 'write', sql, parameters, waitMs }));
      health.wrote();
      return resultOf(rows);
    } finally {
      queue.release();
    }
  }

  /** The thread may have been started again; then the transaction is lost, and its rest must not be written on its own. */
  #checkGeneration(): void {
    if (this.#generation === this.#shared.writer.generation) return;
    throw new Error('the transaction was lost: the thread that writes the database has ended');
  }

  /** Translates errors of SQLite, and notes those that concern the whole store. */
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

const resultOf = <Row>({ rows, changedCount, lastInsertId }: WriterRows): QueryResult<Row> => ({
  rows: rows as Row[],
  ...(lastInsertId === undefined ? {} : { numAffectedRows: BigInt(changedCount), insertId: BigInt(lastInsertId) }),
});
