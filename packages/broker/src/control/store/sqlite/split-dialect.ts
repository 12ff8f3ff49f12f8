import { type Driver, SqliteDialect } from 'kysely';
import { type SplitDatabase, SplitDriver } from './split-driver.js';

/** Kysely's SQLite dialect with our driver: reads on this thread, writes on another. */
export class SplitDialect extends SqliteDialect {
  readonly #shared: SplitDatabase;

  constructor(shared: SplitDatabase) {
    super({ database: shared.reader });
    this.#shared = shared;
  }

  override createDriver(): Driver {
    return new SplitDriver(this.#shared);
  }
}
