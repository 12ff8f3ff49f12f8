import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import type { JournalFile, JournalFiles } from './file-port.js';

/** Pieces of one call of the system, at most (IOV_MAX of Linux and macOS). */
const piecesMaxCount = 1_024;

/** The files of a folder on disk. */
export class NodeFiles implements JournalFiles {
  readonly #folder: string;

  /** The folder must exist, or be created by `prepare`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder. History is readable by the broker's own user only. */
  prepare(): void {
    makeFolder(this.#folder, 0o700);
  }

  list(): string[] {
    return readdirSync(this.#folder);
  }

  create(name: string): JournalFile {
    return new NodeFile(openSync(this.#path(name), 'w+', 0o600));
  }

  open(name: string): JournalFile {
    return new NodeFile(openSync(this.#path(name), 'r+'));
  }

  rename(from: string, to: string): void {
    renameSync(this.#path(from), this.#path(to));
  }

  remove(name: string): void {
    unlinkSync(this.#path(name));
  }

  syncFolder(): void {
    const handle = openSync(this.#folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

/** The files of a folder for a reader. It needs no right to write there. */
export class ReadOnlyFiles implements Pick<JournalFiles, 'list' | 'open'> {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  list(): string[] {
    return readdirSync(this.#folder);
  }

  open(name: string): JournalFile {
    return new NodeFile(openSync(join(this.#folder, name), 'r'));
  }
}

class NodeFile implements JournalFile {
  readonly #handle: number;

  constructor(handle: number) {
    this.#handle = handle;
  }

  sizeBytes(): number {
    return fstatSync(this.#handle).size;
  }

  write(pieces: readonly Uint8Array[], at: number): void {
    for (let first = 0; first < pieces.length; first += piecesMaxCount) {
      at = this.#writeAll(pieces.slice(first, first + piecesMaxCount), at);
    }
  }

  read(into: Uint8Array, at: number): number {
    let count = 0;
    while (count < into.length) {
      const bytes = readSync(this.#handle, into, count, into.length - count, at + count);
      if (bytes === 0) break;
      count += bytes;
    }
    return count;
  }

  readLater(into: Uint8Array, at: number, done: (error: Error | null, bytes: number) => void): void {
    read(this.#handle, into, 0, into.length, at, done);
  }

  sync(): void {
    fdatasyncSync(this.#handle);
  }

  syncLater(done: (error: Error | null) => void): void {
    fdatasync(this.#handle, done);
  }

  truncate(sizeBytes: number): void {
    ftruncateSync(this.#handle, sizeBytes);
  }

  close(): void {
    closeSync(this.#handle);
  }

  /** The system may write less than it was given. */
  #writeAll(pieces: readonly Uint8Array[], at: number): number {
    let left = pieces;
    while (left.length > 0) {
      const written = writevSync(this.#handle, left, at);
      at += written;
      left = after(left, written);
    }
    return at;
  }
}

/** What is left of the pieces after their first `bytes`. */
function after(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const left: Uint8Array[] = [];
  let skip = bytes;
  for (const piece of pieces) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      left.push(skip === 0 ? piece : piece.subarray(skip));
      skip = 0;
    }
  }
  return left;
}
