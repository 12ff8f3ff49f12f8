/** What a subscriber writes to: a connection. */
export interface ByteSink {
  /** Hands bytes over. They must not change until `done` is called, which may be long after; with an error if they were not sent. */
  write(bytes: Buffer, done: (error?: Error | null) => void): void;
  /** Bytes handed over that the kernel has not taken. Zero right after `write` means the bytes are gone. */
  readonly pendingBytes: number;
}
