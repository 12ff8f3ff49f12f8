/** What a subscriber writes to: a connection, seen without its socket. */
export interface ByteSink {
  /** Hands bytes over; they must stay as they are until `done` was called, which may be long after. */
  write(bytes: Buffer, done: () => void): void;
  /** Bytes handed over that the kernel has not taken. Zero right after `write` means the bytes are gone. */
  readonly pendingBytes: number;
}
