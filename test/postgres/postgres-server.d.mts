/** Folder with `postgres` and `initdb`; undefined where there is none. */
export function postgresBinaries(): string | undefined;

/** The user and group that run the server where root runs the tests: PostgreSQL does not run as root. */
export const nobody: number;

/** A real PostgreSQL server in a temporary folder, as a user without privileges, on a free port of this machine. */
export class PostgresServer {
  private constructor();
  /** `settings` are those of the server, such as `ssl=on`. Throws when there is no server on this machine. */
  static start(...settings: string[]): Promise<PostgresServer>;
  readonly port: number;
  readonly folder: string;
  readonly isRunning: boolean;
  url(database: string, user?: string): string;
  /** Address of a new database. */
  database(): Promise<string>;
  /** Runs a statement as an administrator of the server. */
  query(database: string, sql: string): Promise<Record<string, unknown>[]>;
  /** Starts the server again after `stop`. */
  run(): Promise<void>;
  /** `SIGINT` disconnects all clients and ends; `SIGQUIT` ends as a crash does. */
  stop(signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Ends the server at once, without writing its many databases, and removes everything of it. */
  remove(): Promise<void>;
}
