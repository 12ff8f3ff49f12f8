import { closeSync, fstatSync, openSync, write } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../make-folder.js';

/** Bytes of lines that are kept in memory while the file cannot be written. */
const keptMaxBytes = 1_048_576;

/** Bytes of one write. */
const chunkBytes = 65_536;

/** Hears how writing goes. */
export interface AppendListener {
  /** The next write is about to begin; `reopen` may still be called. */
  beforeWrite(): void;
  onError(error: unknown): void;
  /** `isWhole`: the disk took everything that the write had. */
  onWritten(bytes: number, isWhole: boolean): void;
}

/** Appends lines to a file, in order and one write at a time. After an error the lines stay, and `retry` goes on with them. */
export class AppendFile {
  readonly #path: string;
  readonly #listener: AppendListener;
  #fd: number | null = null;
  #lines: string[] = [];
  #keptBytes = 0;
  /** What is being written, or was when it failed. */
  #chunk: Buffer = Buffer.alloc(0);
  #isWriting = false;
  readonly #closeWhenDone: number[] = [];
  #onIdle: (() => void) | null = null;
  /** Lines that found no room in memory. */
  lostCount = 0;

  constructor(path: string, listener: AppendListener) {
    this.#path = path;
    this.#listener = listener;
  }

  /** Number of the open file; 0 when none is open. */
  get inode(): number {
    return this.#fd === null ? 0 : fstatSync(this.#fd).ino;
  }

  append(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#keptBytes + bytes > keptMaxBytes) {
      this.lostCount++;
      return;
    }
    this.#lines.push(line);
    this.#keptBytes += bytes;
    this.retry();
  }

  /** Writes what waits, unless a write is under way. */
  retry(): void {
    if (this.#isWriting) return;
    if (this.#chunk.length === 0) this.#takeLines();
    if (this.#chunk.length === 0) return this.#onIdle?.();
    try {
      this.#listener.beforeWrite();
      this.#fd ??= this.#open();
    } catch (error) {
      this.#onError(error);
      return;
    }
    this.#isWriting = true;
    write(this.#fd, this.#chunk, 0, this.#chunk.length, null, (error, bytes) => this.#onDone(error, bytes));
  }

  /** The next write goes to the file that then has the name. A write that is under way ends where it began. */
  reopen(): void {
    if (this.#fd === null) return;
    const fd = this.#fd;
    this.#fd = null;
    if (this.#isWriting) this.#closeWhenDone.push(fd);
    else closeSync(fd);
  }

  /** Resolves when everything is written, or when that has failed twice: the first failure may be that of a write under way. */
  async end(): Promise<void> {
    await this.#idle();
    if (this.#keptBytes > 0) await this.#idle();
    this.reopen();
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.retry();
    });
  }

  #open(): number {
    makeFolder(dirname(this.#path));
    return openSync(this.#path, 'a');
  }

  #takeLines(): void {
    let bytes = 0;
    let count = 0;
    while (count < this.#lines.length && bytes < chunkBytes) bytes += Buffer.byteLength(this.#lines[count++]!);
    this.#chunk = Buffer.from(this.#lines.splice(0, count).join(''));
  }

  #onDone(error: Error | null, bytes: number): void {
    this.#isWriting = false;
    for (const fd of this.#closeWhenDone.splice(0)) closeSync(fd);
    if (error !== null) {
      this.#onError(error);
      return;
    }
    this.#chunk = this.#chunk.subarray(bytes);
    this.#keptBytes -= bytes;
    this.#listener.onWritten(bytes, this.#chunk.length === 0);
    this.retry();
  }

  #onError(error: unknown): void {
    this.#listener.onError(error);
    this.#onIdle?.();
  }
}
