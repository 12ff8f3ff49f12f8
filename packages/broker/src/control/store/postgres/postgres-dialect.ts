import { type Driver, PostgresDialect } from 'kysely';
import { type PostgresDatabase, PostgresDriver } from './postgres-driver.js';

/** Kysely's PostgreSQL dialect with our driver: one write after the other. */
export class SharedDialect extends PostgresDialect {
  readonly #shared: PostgresDatabase;

  constructor(shared: PostgresDatabase) {
    super({ pool: shared.pool });
    this.#shared = shared;
  }

  override createDriver(): Driver {
    return new PostgresDriver(this.#shared);
  }
}
