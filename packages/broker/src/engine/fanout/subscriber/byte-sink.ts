/** What bytes are written to: a connection. */
export interface ByteSink {
  /** Hands bytes over. They must not change until `done` is called, which may be long after; with an error if they were not sent. */
  write(bytes: Buffer, done: (error?: Error | null) => void): void;
  /** Bytes handed over that the kernel has not taken. Zero right after `write` means the bytes are gone. */
  readonly pendingBytes: number;
}

/** What a subscriber writes to. */
export interface SubscriberSink extends ByteSink {
  /** Closes the connection, whose policy is to be closed when it lags. */
  overflow(reason: string): void;
}
