import { chownSync, copyFileSync, existsSync, linkSync, renameSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartupError } from '../../startup-error.js';
import { BrokerLock } from '../sqlite/broker-lock.js';
import { flushPath } from '../sqlite/flush-path.js';
import type { BackupHeader } from './backup-header.js';
import { unpackBackup } from './verify-backup.js';

/** Files that belong to a database: the file, its write-ahead log, and the changes that wait for it. */
const parts = ['', '-wal', '-shm', '.pending'] as const;

/** What a restoration did. */
export interface Restored {
  readonly header: BackupHeader;
  /** Path at which the database is kept that was there before; undefined when there was none. */
  readonly keptAt: string | undefined;
}

/**
 * Puts the database of a backup in place of that of a stopped broker, and keeps the old one beside it. The backup is checked before anything is
 * replaced. Throws a BackupError for a damaged backup, and a StartupError when a broker has the database.
 */
export async function restoreBackup(backupPath: string, databasePath: string): Promise<Restored> {
  const lock = BrokerLock.take(databasePath, (pid) => `is in use by a broker, process ${pid}; stop it first`);
  const unpacked = `${databasePath}.restoring`;
  try {
    rmSync(unpacked, { force: true });
    const header = await unpackBackup(backupPath, unpacked);
    for (const path of [unpacked, `${databasePath}.lock`]) takeOwner(path, databasePath);
    return { header, keptAt: replace(databasePath, unpacked) };
  } finally {
    rmSync(unpacked, { force: true });
    lock.release();
  }
}

/** Gives the file the owner of the database or its folder: root restores what the broker's user must write. */
function takeOwner(path: string, databasePath: string): void {
  if (process.getuid?.() !== 0) return;
  const like: Stats = statSync(existsSync(databasePath) ? databasePath : dirname(databasePath));
  chownSync(path, like.uid, like.gid);
}

/** Returns the path at which the old database is kept. */
function replace(path: string, unpacked: string): string | undefined {
  const keptAt = existsSync(path) ? freePathBeside(path) : undefined;
  if (keptAt !== undefined) for (const part of parts) keep(`${path}${part}`, `${keptAt}${part}`);
  // The log of the old database must be gone before the new file is there: SQLite would read it as that of the new one.
  for (const part of parts.slice(1)) rmSync(`${path}${part}`, { force: true });
  flushPath(dirname(path));
  renameSync(unpacked, path);
  flushPath(dirname(path));
  return keptAt;
}

function freePathBeside(path: string): string {
  const first = `${path}.replaced-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;
  let count = 1;
  while (existsSync(count === 1 ? first : `${first}.${count}`)) count += 1;
  return count === 1 ? first : `${first}.${count}`;
}

/** A second name for the same file; a copy where the file system has no hard links. */
function keep(path: string, keptAt: string): void {
  if (!existsSync(path)) return;
  try {
    linkSync(path, keptAt);
  } catch (error) {
    try {
      copyFileSync(path, keptAt);
    } catch {
      throw new StartupError(
        `${path} cannot be kept as ${keptAt}, and nothing was replaced: ${(error as Error).message}`,
      );
    }
  }
}
