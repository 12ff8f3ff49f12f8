import { type FileHandle, open, readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { PendingRecord } from './pending-change.js';

/**
 * Size of the file. All of it is written when it is created, so that a change can be kept while the disk is full: its blocks are there
 * already. (A file system that never overwrites in place, such as btrfs, needs room all the same.)
 */
const fileBytes = 65_536;
const zeroLine = Buffer.alloc(fileBytes);

/** No room is left in the file of changes that wait. */
export class PendingFileFullError extends Error {}

/**
 * The changes that wait for the store, in a small file beside the database. One line for each: a checksum and the record as JSON. The rest
 * of the file is zeros, so a line that was cut by a crash ends the list.
 */
export class PendingFile {
  readonly #file: FileHandle;
  #usedBytes: number;

  private constructor(file: FileHandle, usedBytes: number) {
    this.#file = file;
    this.#usedBytes = usedBytes;
  }

  /** Opens the file, creates it when it is missing, and reads what waits. */
  static async open(path: string): Promise<{ file: PendingFile; records: PendingRecord[] }> {
    const file = await open(path, 'r+').catch(() => open(path, 'w+', 0o600));
    const bytes = Buffer.alloc(fileBytes);
    const { bytesRead } = await file.read(bytes, 0, fileBytes, 0);
    if (bytesRead < fileBytes) {
      await file.write(zeroLine, 0, fileBytes - bytesRead, bytesRead);
      await file.sync();
    }
    const { records, endAt } = recordsOf(bytes.toString('utf8'));
    return { file: new PendingFile(file, endAt), records };
  }

  /** The records of a file that is left as it is; none when it is missing. */
  static async read(path: string): Promise<PendingRecord[]> {
    try {
      return recordsOf(await readFile(path, 'utf8')).records;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** Keeps a record. Resolves when the disk has it. */
  async add(record: PendingRecord): Promise<void> {
    const json = JSON.stringify(record);
    const line = Buffer.from(`${checksum(json)} ${json}\n`);
    const at = this.#usedBytes;
    if (at + line.length > fileBytes) {
      throw new PendingFileFullError(
        `the file of changes that wait for the store has no room: ${fileBytes} bytes are used`,
      );
    }
    this.#usedBytes += line.length;
    await this.#file.write(line, 0, line.length, at);
    await this.#file.sync();
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    if (this.#usedBytes === 0) return;
    const usedBytes = this.#usedBytes;
    this.#usedBytes = 0;
    await this.#file.write(zeroLine, 0, usedBytes, 0);
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

const checksum = (json: string): string => crc32(json).toString(16).padStart(8, '0');

/** The records up to the first line that is not whole, and the offset where the next one goes. */
function recordsOf(text: string): { records: PendingRecord[]; endAt: number } {
  const records: PendingRecord[] = [];
  let endAt = 0;
  for (const line of text.split('\n')) {
    const json = line.slice(9);
    if (line.slice(0, 8) !== checksum(json) || json === '') break;
    records.push(JSON.parse(json) as PendingRecord);
    endAt += Buffer.byteLength(line) + 1;
  }
  return { records, endAt };
}
