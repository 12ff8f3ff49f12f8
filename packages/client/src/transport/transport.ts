/** A byte stream to the broker, as the core sees it. */
export interface Transport {
  /** Written and not yet taken by the system, bytes. */
  readonly pendingBytes: number;
  /** The bytes must not change until they are gone. */
  write(bytes: Uint8Array): void;
  /** Stops and starts reading. */
  pause(): void;
  resume(): void;
  /** Closes at once; `onClose` still comes. */
  close(): void;
}

/** What a transport tells. */
export interface TransportListener {
  /** `lengthBytes` of `buf`, which is used again after the call. */
  onBytes(buf: Buffer, lengthBytes: number): void;
  /** Everything written has been taken. */
  onDrain(): void;
  /** Once, at the end. `error` is null for an orderly end. */
  onClose(error: Error | null): void;
}

/** Where to. */
export interface TransportTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** Ends the try; its reason is what the try rejects with. An open transport no longer listens to it. */
  readonly signal: AbortSignal;
}

/** Opens a connection, or rejects with why not. */
export type OpenTransport = (target: TransportTarget, listener: TransportListener) => Promise<Transport>;
