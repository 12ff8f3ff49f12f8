import { CommandError, ExitCode } from '../exit-code.js';

/** What this command uses of `@duckdb/node-api`. The package has types of its own, but need not be there when this is compiled. */
export interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string, config: Readonly<Record<string, string>>): Promise<DuckDbInstance>;
  };
}

interface DuckDbInstance {
  connect(): Promise<DuckDbConnection>;
  closeSync(): void;
}

/** A connection to a database in memory. */
export interface DuckDbConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<DuckDbResult>;
  /** Ends the query that runs. */
  interrupt(): void;
  closeSync(): void;
}

/** The rows of a query. */
export interface DuckDbResult {
  /** Each name once: a second column `price` is `price:1`. */
  deduplicatedColumnNames(): readonly string[];
  columnTypes(): readonly { toString(): string }[];
  /** Values as JSON can hold them: integers of 64 bits and more are text. */
  getRowsJson(): readonly (readonly unknown[])[];
}

/** Not a constant text, so that compiling this does not need the package. */
const packageName: string = '@duckdb/node-api';

/** Loads DuckDB. Throws a CommandError that says how to install it when it is missing. */
export async function loadDuckDb(name: string = packageName): Promise<DuckDb> {
  try {
    return (await import(name)) as DuckDb;
  } catch (error) {
    const text = (error as Error).message;
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && text.includes(`'${name}'`);
    if (!isMissing) throw new CommandError(ExitCode.usage, `DuckDB cannot be loaded: ${text}`, { cause: error });
    const how = `install it beside pulsemq: npm install ${name}, with --global where pulsemq is installed so`;
    throw new CommandError(ExitCode.usage, `"pulsemq query" needs DuckDB, which is not installed; ${how}`, {
      cause: error,
    });
  }
}
