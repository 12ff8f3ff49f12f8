import pg from 'pg';
import { StartupError } from '../../startup-error.js';

/** Where a database is, as a log may show it: without user and password. */
export interface PostgresAddress {
  /** With its secrets. */
  readonly url: string;
  /** Such as `db.example:5432/pulsemq`. */
  readonly shown: string;
}

/** What `sslmode` may be. A word that pg does not know counts as `verify-full` there, which surprises the writer of `disabled`. */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** Reads an address such as `postgres://user:password@host:5432/database?sslmode=verify-full`. Throws a StartupError without the address in it. */
export function postgresAddress(url: string): PostgresAddress {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new StartupError('storage.url must begin with postgres:// or postgresql://');
  }
  const { host, port, database } = parsed(url);
  const sslMode = /[?&]sslmode=([^&#]*)/.exec(url)?.[1];
  if (sslMode !== undefined && !sslModes.includes(sslMode)) {
    throw new StartupError(`sslmode of storage.url is ${sslMode}, expected one of ${sslModes.join(', ')}`);
  }
  if (!database) throw new StartupError(`storage.url names no database: add it after ${host}, such as /pulsemq`);
  return { url, shown: `${host}:${port}/${database}` };
}

/** A client that never connects: it reads the address as a real one does, with files of certificates and defaults of the environment. */
function parsed(url: string): Pick<pg.Client, 'host' | 'port' | 'database'> {
  try {
    return new pg.Client({ connectionString: url });
  } catch (error) {
    // The text of the error may have the whole address in it, so only a file that cannot be read is named.
    const { code, path } = error as NodeJS.ErrnoException;
    const text = path === undefined ? 'it is not an address' : `${code} at ${path}`;
    throw new StartupError(`storage.url cannot be read: ${text}`);
  }
}
