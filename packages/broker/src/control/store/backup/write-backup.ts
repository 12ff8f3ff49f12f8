import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Database from 'libsql';
import { StartupError } from '../../startup-error.js';
import { pendingPath, pendingSettingKey } from '../pending/pending-changes.js';
import { PendingFile } from '../pending/pending-file.js';
import { BrokerLock } from '../sqlite/broker-lock.js';
import { databaseFileAt } from '../sqlite/database-file.js';
import { flushPath } from '../sqlite/flush-path.js';
import { BackupError } from './backup-error.js';
import { type BackupHeader, headerLine, newHeader } from './backup-header.js';
import { copyDatabase } from './copy-database.js';
import { verifyBackup } from './verify-backup.js';

/**
 * Makes a backup of the database of a stopped broker; its schema stays as it is. Throws a BackupError, and a StartupError when there is no
 * such database or a broker has it.
 */
export async function backUpDatabase(databasePath: string, backupPath: string): Promise<BackupHeader> {
  if (databaseFileAt(databasePath) !== 'pulsemq') {
    throw new StartupError(
      `there is no database of a broker at ${databasePath}; run the command in the folder of the broker, or give another path`,
    );
  }
  const lock = BrokerLock.take(
    databasePath,
    (pid) =>
      `is in use by a broker, process ${pid}; without --config and --db-path the command asks that broker for a backup`,
  );
  const copyPath = `${backupPath}.copy-${randomUUID()}`;
  try {
    await refusePending(databasePath);
    const header = newHeader(await copyDatabase(databasePath, copyPath));
    return await writeBackup(backupPath, async function* () {
      yield Buffer.from(headerLine(header));
      yield* createReadStream(copyPath);
    });
  } finally {
    rmSync(copyPath, { force: true });
    lock.release();
  }
}

/**
 * Writes the bytes of a backup into a file that only its owner can read, checks it, and only then gives it its name. Replaces a file of
 * that name. Throws a BackupError, and leaves nothing then.
 */
export async function writeBackup(path: string, pieces: () => AsyncIterable<Uint8Array>): Promise<BackupHeader> {
  const unfinished = `${path}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    await pipeline(Readable.from(pieces()), createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true }));
    const header = await verifyBackup(unfinished).catch(notWhole);
    renameSync(unfinished, path);
    flushPath(dirname(path));
    return header;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function notWhole(error: Error): never {
  const { message } = error.cause instanceof BackupError ? error.cause : error;
  throw new BackupError('BACKUP_FAILED', `the backup was not kept, because ${message}`, { cause: error });
}

/** A backup must not miss a right that was taken away. */
async function refusePending(databasePath: string): Promise<void> {
  const records = await PendingFile.read(pendingPath(databasePath));
  if (records.length === 0) return;
  const storedNumber = storedPendingNumber(databasePath);
  const count = records.filter(({ number }) => number > storedNumber).length;
  if (count === 0) return;
  throw new BackupError(
    'BACKUP_FAILED',
    `${count} changes that took rights away wait beside the database; start the broker once, so that it stores them, then make the backup`,
  );
}

function storedPendingNumber(databasePath: string): number {
  const database = new Database(databasePath);
  try {
    const rows = database.prepare('select value from settings where key = ?').all([pendingSettingKey]);
    return Number((rows as { value: string }[])[0]?.value ?? 0);
  } finally {
    database.close();
  }
}
