import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { errorText } from '../../error-text.js';
import { StartupError } from '../../startup-error.js';

/** Application id of this broker in the header of a database file: the letters PMQ1. */
export const applicationId = 0x504d5131;

/** The header of a database file (SQLite file format, section 1.3). */
const headerBytes = 100;
const magic = 'SQLite format 3\0';
const applicationIdOffset = 68;

/** What a path holds. */
export type DatabaseFile = 'missing' | 'pulsemq' | 'unmarked' | 'other';

/**
 * Finds out what is at a path. Reads the header without SQLite, which would create journal files beside a database of another program.
 * `unmarked`: an SQLite database without an application id; `other`: one with another id. Throws a StartupError when the file is not an
 * SQLite database.
 */
export function databaseFileAt(path: string): DatabaseFile {
  const stat = statAt(path);
  if (stat === undefined || (stat.isFile() && stat.size === 0)) return 'missing';
  if (!stat.isFile()) throw new StartupError(`storage.db_path ${path} is not a file`);
  const header = readHeader(path);
  if (header.toString('latin1', 0, magic.length) !== magic) {
    throw new StartupError(`storage.db_path ${path} is not a database; it was not touched. Give another path`);
  }
  const id = header.readUInt32BE(applicationIdOffset);
  if (id === applicationId) return 'pulsemq';
  return id === 0 ? 'unmarked' : 'other';
}

function statAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new StartupError(`storage.db_path ${path} cannot be read: ${errorText(error)}`);
  }
}

function readHeader(path: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, header, 0, headerBytes, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new StartupError(`storage.db_path ${path} cannot be read: ${errorText(error)}`);
  }
  return header;
}
