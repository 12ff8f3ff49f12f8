import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Config } from '../config/config-schema.js';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';

/** Where the store of a broker is. */
export type StorePlace = SqlitePlace | PostgresPlace;

export interface SqlitePlace {
  readonly driver: 'sqlite';
  /** The database file; what waits for it is in a file beside it. */
  readonly path: string;
}

export interface PostgresPlace {
  readonly driver: 'postgres';
  /** With user and password: never log it. */
  readonly url: string;
  /** Name of this broker among those that share the database. */
  readonly broker: string;
  /** Begin of the names of the files in which changes wait for the database. */
  readonly path: string;
}

/** The place that the configuration names. Throws a StartupError when it names none. */
export function storePlace(
  { storage, server }: Pick<Config, 'storage' | 'server'>,
  workingDirectory: string,
): StorePlace {
  const path = resolve(workingDirectory, storage.db_path);
  if (storage.driver === 'sqlite') return { driver: 'sqlite', path };
  const url = storage.url ?? urlOfFile(storage.url_file, workingDirectory);
  if (!url) {
    throw new StartupError(
      'storage.driver postgres needs the address of the database: set storage.url, storage.url_file or PULSEMQ_STORAGE_URL',
    );
  }
  const broker = storage.broker_name ?? `${hostname()}:${server.pub_port}`;
  // A name of its own: what waits for an SQLite file of the same name is not for this database.
  return { driver: 'postgres', url, broker, path: `${path}.postgres` };
}

function urlOfFile(file: string | null, workingDirectory: string): string | undefined {
  if (file === null) return undefined;
  const path = resolve(workingDirectory, file);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new StartupError(`storage.url_file ${path} cannot be read: ${errorText(error)}`);
  }
}
