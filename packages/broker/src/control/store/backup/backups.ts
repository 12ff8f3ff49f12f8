import { randomUUID } from 'node:crypto';
import { createReadStream, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { type BackupHeader, headerLine, newHeader } from './backup-header.js';
import { copyDatabase } from './copy-database.js';

/** A backup that is ready to be read. */
export interface Backup {
  readonly header: BackupHeader;
  /** Bytes of the stream. */
  readonly bytes: number;
  /** The whole file, read piece by piece. Its copy of the database is removed when the stream is closed. */
  readonly stream: Readable;
}

/** A backup is under way. */
export class BackupRunningError extends Error {
  constructor() {
    super('another backup is being made; try again when it is done');
    this.name = 'BackupRunningError';
  }
}

/** Name of the copy beside the database, until it has been sent. */
const copyName = (path: string): string => `.${basename(path)}.copy-${randomUUID()}`;
const isCopyOf = (path: string, name: string): boolean =>
  name.startsWith(`.${basename(path)}.copy-`) && /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);

/** Makes backups of the database of a running broker, one at a time. */
export class Backups {
  readonly #path: string;
  readonly #settle: () => Promise<void>;
  readonly #stopper = new AbortController();
  #isRunning = false;

  /** `settle` stores what waits to be stored, or throws: a backup must not miss a right that was taken away. */
  constructor(databasePath: string, settle: () => Promise<void>) {
    this.#path = databasePath;
    this.#settle = settle;
    // What a broker left that was killed while it made one.
    for (const name of readdirSync(dirname(databasePath))) {
      if (isCopyOf(databasePath, name)) rmSync(join(dirname(databasePath), name), { force: true });
    }
  }

  /** The next one can be made when the stream of this one is closed. Throws a BackupRunningError, a BackupError, or what `settle` throws. */
  async make(): Promise<Backup> {
    if (this.#isRunning) throw new BackupRunningError();
    this.#isRunning = true;
    const copyPath = join(dirname(this.#path), copyName(this.#path));
    try {
      await this.#settle();
      const backup = backupOf(copyPath, newHeader(await copyDatabase(this.#path, copyPath, this.#stopper.signal)));
      backup.stream.once('close', () => this.#end(copyPath));
      return backup;
    } catch (error) {
      this.#end(copyPath);
      throw error;
    }
  }

  /** Ends a copy that is being made, so that the end of the broker does not wait for it. */
  stop(): void {
    this.#stopper.abort();
  }

  #end(copyPath: string): void {
    rmSync(copyPath, { force: true });
    this.#isRunning = false;
  }
}

function backupOf(copyPath: string, header: BackupHeader): Backup {
  const line = headerLine(header);
  const stream = Readable.from(piecesOf(line, copyPath), { objectMode: false });
  return { header, bytes: Buffer.byteLength(line) + header.bytes, stream };
}

async function* piecesOf(line: string, copyPath: string): AsyncGenerator<Buffer> {
  yield Buffer.from(line);
  yield* createReadStream(copyPath);
}
