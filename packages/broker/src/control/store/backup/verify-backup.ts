import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, openSync, readSync, rmSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { errorText } from '../../error-text.js';
import { BackupError, damaged } from './backup-error.js';
import { type BackupHeader, headerMaxBytes, readHeader } from './backup-header.js';
import { checkDatabase, newestMigration, unknownMigrations } from './inspect-database.js';

/**
 * Checks a backup as a whole: its length, its checksum, the integrity of the database in it, and that this version knows its schema. The
 * database is unpacked beside the backup for that, and removed again. Throws a BackupError that names the file.
 */
export async function verifyBackup(path: string): Promise<BackupHeader> {
  const unpacked = `${path}.check-${randomUUID()}`;
  try {
    return await unpackBackup(path, unpacked);
  } finally {
    rmSync(unpacked, { force: true });
  }
}

/**
 * Writes the database of a backup into a new file that only its owner can read, and checks it as `verifyBackup` does. Throws a BackupError
 * that names the backup, and leaves no file then.
 */
export async function unpackBackup(path: string, to: string): Promise<BackupHeader> {
  try {
    const { header, bodyAt } = readHeader(startOf(path));
    const fileBytes = statSync(path).size;
    if (fileBytes !== bodyAt + header.bytes) {
      throw damaged(`it is damaged: it has ${fileBytes} bytes, and must have ${bodyAt + header.bytes}`);
    }
    const sha256 = await copyBody(path, bodyAt, to);
    if (sha256 !== header.sha256) throw damaged('it is damaged: its checksum is wrong');
    refuseNewer(header);
    const schema = checkDatabase(to);
    if (schema !== header.schema) {
      throw damaged(`it is damaged: its database has the schema ${schema}, not ${header.schema}`);
    }
    return header;
  } catch (error) {
    rmSync(to, { force: true });
    const code = error instanceof BackupError ? error.code : 'BACKUP_FAILED';
    throw new BackupError(code, `${path} cannot be restored: ${errorText(error)}`, { cause: error });
  }
}

function refuseNewer({ schema, version }: BackupHeader): void {
  if (unknownMigrations([schema]).length === 0) return;
  throw damaged(
    `PulseMQ ${version} made it with the schema ${schema}, and this version knows the schema up to ${newestMigration()}; use that version`,
  );
}

function startOf(path: string): Buffer {
  const start = Buffer.alloc(headerMaxBytes);
  const file = openSync(path, 'r');
  try {
    return start.subarray(0, readSync(file, start, 0, headerMaxBytes, 0));
  } finally {
    closeSync(file);
  }
}

/** Copies what stands behind the header. Returns its SHA-256. */
async function copyBody(path: string, bodyAt: number, to: string): Promise<string> {
  const hash = createHash('sha256');
  const target = createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true });
  const hashing = async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
  await pipeline(createReadStream(path, { start: bodyAt }), hashing, target);
  return hash.digest('hex');
}
