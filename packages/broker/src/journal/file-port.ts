/**
 * The files of a journal, as its parts see them. All calls but those named `Later` block: the threads of the journal have nothing else to do. The real one is
 * `node-files.ts`; tests bring one that records each write and each sync.
 */
export interface JournalFiles {
  /** Names of the files in the folder, in no order. */
  list(): string[];
  /** Creates a file, or empties one that is there, for writing. */
  create(name: string): JournalFile;
  /** Opens a file that is there, for reading and cutting. */
  open(name: string): JournalFile;
  rename(from: string, to: string): void;
  remove(name: string): void;
  /** Makes names durable: creations, renames and removals so far survive a loss of power. */
  syncFolder(): void;
}

/** One open file. */
export interface JournalFile {
  /** Bytes it has now. */
  sizeBytes(): number;
  /** Writes all pieces, one after another, from offset `at` on. Throws when not all of them could be written. */
  write(pieces: readonly Uint8Array[], at: number): void;
  /** Fills `into` from offset `at`; returns the number of bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, at: number): number;
  /**
   * Reads into `into` from offset `at` without blocking: `done` gets null and the number of bytes, or the error, at a later turn of the event loop.
   * The file must stay open, and `into` untouched, until then. It may read fewer bytes than there are.
   */
  readLater(into: Uint8Array, at: number, done: (error: Error | null, bytes: number) => void): void;
  /** Makes everything that was written durable. */
  sync(): void;
  /**
   * Makes everything that was written before this call durable without blocking: `done` gets null, or the error, at a later turn of the event loop.
   * The file must stay open until then.
   */
  syncLater(done: (error: Error | null) => void): void;
  /** Cuts the file to this size. */
  truncate(sizeBytes: number): void;
  close(): void;
}
